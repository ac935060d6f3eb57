// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Datasets.Speech;

namespace Ai8x.Datasets;

/// <summary>The data sets that can be asked for by name (training-flow.md section 4).</summary>
public static class DatasetCatalog
{
    /// <summary>The most changed copies of a training recording.</summary>
    public const int MaximumAugmentedCopies = 16;

    /// <summary>
    /// Names of the data sets: <c>mnist</c>, <c>fashionmnist</c>, the bundled <c>fashionmnist-sample</c>, <c>cifar10</c>, <c>cifar100</c>,
    /// <c>rock</c>, <c>kws20</c>, and <c>speech_digits</c> for recordings of any other words.
    /// </summary>
    public static ImmutableArray<string> Names { get; } = [.. DatasetDefinition.All.Select(definition => definition.Name)];

    /// <summary>Names of the data sets of speech, whose training recordings may be copied with changes.</summary>
    public static ImmutableArray<string> SpeechNames { get; } = [.. DatasetDefinition.All.Where(definition => definition is SpeechDefinition).Select(definition => definition.Name)];

    /// <summary>
    /// Loads a data set: samples of byte - 128. Of MNIST, Fashion-MNIST and CIFAR a tenth of the official training part, rounded up, is held out
    /// by the permutation of <see cref="SplitPermutation"/>; the rest trains, in the order of the permutation.
    /// </summary>
    /// <remarks>
    /// The files are taken from the data folder of the request. Without one they are looked for where packages of the system or the
    /// program itself put them, then in the cache, which a download fills if the request brings a client. Data sets that take work to
    /// prepare keep the result in the cache, and use it again as long as files and parameters are the same.
    /// </remarks>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="request">Where the files may come from, and the roles of the parts.</param>
    /// <param name="cancellation">Stops downloads and reading; nothing half-written is left.</param>
    /// <returns>The parts.</returns>
    /// <exception cref="UnknownDatasetException">There is no data set of this name.</exception>
    /// <exception cref="DatasetFormatException">A file is malformed, or is not what it should be.</exception>
    /// <exception cref="DatasetUnavailableException">The files are missing and could not be fetched.</exception>
    /// <exception cref="IOException">A file cannot be read, or a download cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file or folder may not be used.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static Task<DatasetParts> LoadAsync(string name, DatasetRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(request);
        if (!Enum.IsDefined(request.Roles))
        {
            throw new ArgumentException($"'{request.Roles}' is no member of {nameof(SplitRoles)}.", nameof(request));
        }

        if (request.AugmentedCopies is < 0 or > MaximumAugmentedCopies || request.MemoryLimit < 0)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{nameof(request.AugmentedCopies)} must be 0 to {MaximumAugmentedCopies} and {nameof(request.MemoryLimit)} at least 0, not {request.AugmentedCopies} and {request.MemoryLimit}."),
                nameof(request));
        }

        DatasetDefinition definition = DatasetDefinition.All.FirstOrDefault(known => known.Name == name) ?? throw new UnknownDatasetException(name, Names);
        // Off the caller's context, so that reading does not block it and waiting for the result cannot lock up.
        return Task.Run(() => definition.LoadAsync(request, cancellation), cancellation);
    }

    /// <summary>Loads a data set as <see cref="LoadAsync"/> does, and waits for it.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="request">Where the files may come from, and the roles of the parts.</param>
    /// <param name="cancellation">Stops downloads and reading; nothing half-written is left.</param>
    /// <returns>The parts.</returns>
    /// <exception cref="UnknownDatasetException">There is no data set of this name.</exception>
    /// <exception cref="DatasetFormatException">A file is malformed, or is not what it should be.</exception>
    /// <exception cref="DatasetUnavailableException">The files are missing and could not be fetched.</exception>
    /// <exception cref="IOException">A file cannot be read, or a download cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file or folder may not be used.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static DatasetParts Load(string name, DatasetRequest request, CancellationToken cancellation = default) =>
        LoadAsync(name, request, cancellation).GetAwaiter().GetResult();
}

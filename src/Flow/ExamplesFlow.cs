// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen;

namespace Ai8x.Flow;

/// <summary>The command <c>synthesize --all</c>: the C project of every description in a folder, from the models that <c>train</c> has exported.</summary>
public static class ExamplesFlow
{
    /// <summary>Generates the projects.</summary>
    /// <param name="networks">Folder with descriptions, or null for the ones that come with the program.</param>
    /// <param name="export">Folder with <c>NAME/saved_model.onnx</c> and <c>NAME/sampledata.npy</c> for each description <c>NAME.yaml</c>.</param>
    /// <param name="template">Options of all of them; checkpoint, description, sample and prefix are replaced, and folders for dumps get one folder below for each.</param>
    /// <param name="observer">Receives report lines.</param>
    /// <param name="cancellation">Stops between projects.</param>
    /// <returns>One result for each description, in the order of the names.</returns>
    /// <exception cref="FlowException">There are no descriptions, or a model or a sample is missing; nothing is generated then.</exception>
    public static ImmutableArray<SynthesizeResult> Run(string? networks, string export, SynthesizeOptions template, FlowObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(observer);
        string folder = networks ?? DescriptionFolder.Find();
        if (!Directory.Exists(folder)) throw new FlowException($"{folder}: there is no such folder of network descriptions.");
        string[] names = [.. Directory.EnumerateFiles(folder, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];
        if (names.Length == 0) throw new FlowException($"{folder}: there are no network descriptions (*.yaml).");
        string[] missing = [.. names.SelectMany(name => new[] { Model(export, name), Sample(export, name) }).Where(file => !File.Exists(file))];
        if (missing.Length > 0)
        {
            throw new FlowException(
                $"--all needs a trained model and a sample for each of {string.Join(", ", names)}; missing: {string.Join(", ", missing.Select(Text.Shown))}. Make them with 'ai8x train --save-sample 1', or name their folder with --export-dir.");
        }

        ImmutableArray<SynthesizeResult>.Builder results = ImmutableArray.CreateBuilder<SynthesizeResult>();
        foreach (string name in names)
        {
            cancellation.ThrowIfCancellationRequested();
            observer.Line($"{name}:");
            results.Add(SynthesisFlow.Run(For(template, folder, export, name), observer, cancellation));
        }

        return results.ToImmutable();
    }

    private static SynthesizeOptions For(SynthesizeOptions template, string folder, string export, string name) => template with
    {
        CheckpointFile = Model(export, name),
        ConfigFile = Path.Combine(folder, name + ".yaml"),
        SampleInput = Sample(export, name),
        Prefix = name,
        DumpProgram = Below(template.DumpProgram, name),
        Maps = Below(template.Maps, name),
        DumpPlacement = template.DumpPlacement is { } placement ? Path.Combine(placement, name + ".txt") : null,
    };

    private static string Model(string export, string name) => Path.Combine(export, name, "saved_model.onnx");

    private static string Sample(string export, string name) => Path.Combine(export, name, "sampledata.npy");

    private static string? Below(string? folder, string name) => folder is null ? null : Path.Combine(folder, name);
}

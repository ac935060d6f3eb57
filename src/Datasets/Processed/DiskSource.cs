// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Tensors;
using Microsoft.Win32.SafeHandles;

namespace Ai8x.Datasets.Processed;

/// <summary>
/// Samples that stay in the processed cache and are read when they are asked for; only the labels are in memory. The values are those
/// of <see cref="ImageSource"/> over the same file, bit for bit.
/// </summary>
internal sealed class DiskSource : SampleSource
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly long _position;
    private readonly SampleLayout _layout;
    private readonly byte[] _labels;

    /// <summary>Makes a source over a part of an open file.</summary>
    /// <param name="name">Name of the source.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="handle">The file, open for reading at any place.</param>
    /// <param name="position">Where the first sample stands.</param>
    /// <param name="layout">Shape and classes.</param>
    /// <param name="labels">Class of every sample.</param>
    public DiskSource(string name, string path, SafeFileHandle handle, long position, SampleLayout layout, byte[] labels)
    {
        Name = name;
        _path = path;
        _handle = handle;
        _position = position;
        _layout = layout;
        _labels = labels;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override int Count => _labels.Length;

    /// <inheritdoc/>
    public override SampleShape Shape => _layout.Shape;

    /// <inheritdoc/>
    public override ImmutableArray<string> ClassNames => _layout.ClassNames;

    /// <inheritdoc/>
    public override int Label(int index)
    {
        RequireIndex(index, nameof(index));
        return _labels[index];
    }

    /// <inheritdoc/>
    public override void Fill(ReadOnlySpan<int> indices, Span<sbyte> destination)
    {
        int size = Shape.Count;
        if (destination.Length < (long)indices.Length * size)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{indices.Length} samples of {size} values do not fit into {destination.Length}."), nameof(destination));
        }

        byte[] sample = new byte[size];
        for (int i = 0; i < indices.Length; i++)
        {
            RequireIndex(indices[i], nameof(indices));
            ProcessedFile.ReadExactly(_handle, sample, _position + ((long)indices[i] * size), _path);
            SignedBytes.FromUnsigned(sample, destination.Slice(i * size, size));
        }
    }

    private void RequireIndex(int index, string parameter)
    {
        if ((uint)index >= (uint)Count)
        {
            throw new ArgumentOutOfRangeException(parameter, index, string.Create(CultureInfo.InvariantCulture, $"'{Name}' has the samples 0 to {Count - 1}."));
        }
    }
}

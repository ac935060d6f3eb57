// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Ai8x.Datasets;

/// <summary>The content of an IDX file of unsigned bytes.</summary>
public sealed class IdxArray
{
    internal IdxArray(string source, ImmutableArray<int> dimensions, byte[] data)
    {
        Source = source;
        Dimensions = dimensions;
        Data = data;
    }

    /// <summary>The file it came from.</summary>
    public string Source { get; }

    /// <summary>
    /// Lengths of the axes, each at least 1, the first one varying slowest: <c>[N]</c> for labels, <c>[N, H, W]</c> for images.
    /// </summary>
    public ImmutableArray<int> Dimensions { get; }

    /// <summary>The values in row-major order, as many as the product of <see cref="Dimensions"/>.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>The unpacked file: its header, then <see cref="Data"/>. What checksums are made of.</summary>
    internal byte[] ToFileBytes()
    {
        int header = 4 + (4 * Dimensions.Length);
        byte[] file = new byte[header + Data.Length];
        file[2] = 0x08;
        file[3] = (byte)Dimensions.Length;
        for (int axis = 0; axis < Dimensions.Length; axis++)
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + (4 * axis)), Dimensions[axis]);
        }

        Data.Span.CopyTo(file.AsSpan(header));
        return file;
    }
}

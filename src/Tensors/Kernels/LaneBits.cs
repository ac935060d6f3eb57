// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Masks of a pixel's sixteen images, written by one lane group after the other: the whole mask by sixteen lanes, a byte each by eight; of less the first group's bits clear those of the others.
/// </summary>
internal static unsafe class LaneBits
{
    private const int BitsPerByte = 8;

    /// <summary>Clears masks of which only some bytes will be written, so that the others do not depend on what lay there; no kernel reads those.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="lanes">Number of images.</param>
    /// <param name="masks">The masks.</param>
    public static void Clear(VectorWidth width, int lanes, Span<ushort> masks)
    {
        if (LeavesSome((int)width, lanes)) masks.Clear();
    }

    /// <summary>The same as <see cref="Clear"/> for some rows of all outputs of a convolution: <paramref name="row"/> to the one before <paramref name="end"/>.</summary>
    public static void ClearRows(VectorWidth width, int lanes, in ConvolutionShape shape, int row, int end, Span<ushort> masks)
    {
        if (masks.IsEmpty || !LeavesSome((int)width, lanes)) return;
        for (int output = 0; output < shape.OutputChannels; output++) masks.Slice(output * shape.OutputPixels + row * shape.OutputWidth, (end - row) * shape.OutputWidth).Clear();
    }

    /// <summary>Whether some bytes of the masks are not written.</summary>
    /// <param name="vector">Lanes of a vector.</param>
    /// <param name="lanes">Number of images.</param>
    public static bool LeavesSome(int vector, int lanes) => vector == BitsPerByte && lanes <= BitsPerByte;

    /// <summary>Writes the bits of a lane group.</summary>
    /// <param name="lane">First image of the group.</param>
    /// <param name="bits">A bit for each lane of the vector.</param>
    /// <param name="mask">The pixel's mask.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<TLanes, TVector>(int lane, uint bits, ushort* mask)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        if (TLanes.Lanes == LaneLayout.Lanes) *mask = (ushort)bits;
        else if (TLanes.Lanes == BitsPerByte) ((byte*)mask)[(BitConverter.IsLittleEndian ? (uint)lane : BitsPerByte - (uint)lane) / BitsPerByte] = (byte)bits;
        else *mask = (ushort)(lane == 0 ? bits : *mask | bits << lane);
    }

    /// <summary>Writes the signs of four vectors, one by one as they become bits: found together they would go by way of the stack.</summary>
    /// <param name="lane">First image of the group.</param>
    /// <param name="signs0">For the first mask.</param>
    /// <param name="signs1">For the one beside it.</param>
    /// <param name="signs2">For the third.</param>
    /// <param name="signs3">For the one beside that.</param>
    /// <param name="masks">The first mask.</param>
    /// <param name="third">From it to the third.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<TLanes, TVector>(int lane, TVector signs0, TVector signs1, TVector signs2, TVector signs3, ushort* masks, nint third)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        if (TLanes.Lanes == BitsPerByte)
        {
            byte* own = (byte*)masks + (BitConverter.IsLittleEndian ? (uint)lane : BitsPerByte - (uint)lane) / BitsPerByte;
            own[0] = (byte)TLanes.MaskBits(signs0);
            own[2] = (byte)TLanes.MaskBits(signs1);
            own[2 * third] = (byte)TLanes.MaskBits(signs2);
            own[2 * third + 2] = (byte)TLanes.MaskBits(signs3);
            return;
        }

        Write<TLanes, TVector>(lane, TLanes.MaskBits(signs0), masks);
        Write<TLanes, TVector>(lane, TLanes.MaskBits(signs1), masks + 1);
        Write<TLanes, TVector>(lane, TLanes.MaskBits(signs2), masks + third);
        Write<TLanes, TVector>(lane, TLanes.MaskBits(signs3), masks + third + 1);
    }

    /// <summary>Two neighbouring masks, the second in the upper half.</summary>
    /// <param name="masks">The first of them.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Two(ushort* masks) => BitConverter.IsLittleEndian ? Unsafe.ReadUnaligned<int>(masks) : masks[0] | masks[1] << LaneLayout.Lanes;
}

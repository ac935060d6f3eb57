// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>Masks of a pixel's sixteen images, written by one lane group after the other. The first group's bits clear those of the others.</summary>
internal static unsafe class LaneBits
{
    private const int BitsPerByte = 8;

    /// <summary>Writes the bits of a lane group.</summary>
    /// <param name="lane">First image of the group.</param>
    /// <param name="bits">A bit for each lane of the vector.</param>
    /// <param name="mask">The pixel's mask.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<TLanes, TVector>(int lane, uint bits, ushort* mask)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        if (TLanes.Lanes == LaneLayout.Lanes || lane == 0) *mask = (ushort)bits;
        else if (IsByte(TLanes.Lanes)) ((byte*)mask)[1] = (byte)bits;
        else *mask = (ushort)(*mask | bits << lane);
    }

    /// <summary>The same for four pixels, with one test of the group.</summary>
    /// <param name="lane">First image of the group.</param>
    /// <param name="bits0">Bits of the first pixel.</param>
    /// <param name="bits1">Bits of the pixel beside it.</param>
    /// <param name="bits2">Bits of the third pixel.</param>
    /// <param name="bits3">Bits of the pixel beside that.</param>
    /// <param name="masks">Mask of the first pixel.</param>
    /// <param name="third">From it to that of the third.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<TLanes, TVector>(int lane, uint bits0, uint bits1, uint bits2, uint bits3, ushort* masks, nint third)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        if (TLanes.Lanes == LaneLayout.Lanes || lane == 0)
        {
            masks[0] = (ushort)bits0;
            masks[1] = (ushort)bits1;
            masks[third] = (ushort)bits2;
            masks[third + 1] = (ushort)bits3;
        }
        else if (IsByte(TLanes.Lanes))
        {
            byte* upper = (byte*)masks + 1;
            upper[0] = (byte)bits0;
            upper[2] = (byte)bits1;
            upper[2 * third] = (byte)bits2;
            upper[2 * third + 2] = (byte)bits3;
        }
        else
        {
            masks[0] |= (ushort)(bits0 << lane);
            masks[1] |= (ushort)(bits1 << lane);
            masks[third] |= (ushort)(bits2 << lane);
            masks[third + 1] |= (ushort)(bits3 << lane);
        }
    }

    // The second of two groups is the upper byte, which needs no reading.
    private static bool IsByte(int lanes) => lanes == BitsPerByte && BitConverter.IsLittleEndian;
}

// SPDX-License-Identifier: MIT
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

public sealed class LaneVectorTests
{
    /// <summary>Keeping lanes by their bits gives the bits of a mask and the value together, bits of lanes that a width does not have and values that are no numbers included.</summary>
    [Fact]
    public void Keep_AllWidths_EqualsTheMaskAndTheValueBitForBit()
    {
        CompareKeep<LanesScalar, float>();
        CompareKeep<Lanes128, Vector128<float>>();
        CompareKeep<Lanes256, Vector256<float>>();
        CompareKeep<Lanes512, Vector512<float>>();
    }

    /// <summary>A mask of all ones or all zeros in each lane chooses between the bits of two values.</summary>
    [Fact]
    public void Select_AllWidths_ChoosesTheBitsOfOneOrTheOther()
    {
        CompareSelect<LanesScalar, float>();
        CompareSelect<Lanes128, Vector128<float>>();
        CompareSelect<Lanes256, Vector256<float>>();
        CompareSelect<Lanes512, Vector512<float>>();
    }

    /// <summary>Of two neighbouring masks of sixteen images the second decides, and of it the bits of the vector's lanes.</summary>
    [Fact]
    public void LacksSecond_AllWidths_IsTheComplementOfTheSecondMask()
    {
        CompareLacksSecond<LanesScalar, float>();
        CompareLacksSecond<Lanes128, Vector128<float>>();
        CompareLacksSecond<Lanes256, Vector256<float>>();
        CompareLacksSecond<Lanes512, Vector512<float>>();
    }

    /// <summary>Of two neighbouring masks of sixteen images each keeps its own value, from each lane group on.</summary>
    [Fact]
    public void KeepTwo_AllWidths_IsKeepingEachByItsMask()
    {
        CompareKeepTwo<LanesScalar, float>();
        CompareKeepTwo<Lanes128, Vector128<float>>();
        CompareKeepTwo<Lanes256, Vector256<float>>();
        CompareKeepTwo<Lanes512, Vector512<float>>();
    }

    /// <summary>The runtime may avoid vectors that the processor has; the kernels do not.</summary>
    [Fact]
    public void IsAccelerated_Vector512_AsksTheProcessor() => Assert.Equal(Avx512F.IsSupported, VectorWidths.IsAccelerated(VectorWidth.Vector512));

    private static unsafe void CompareLacksSecond<TLanes, TVector>()
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        var random = new Random(5);
        ushort* masks = stackalloc ushort[2];
        for (int round = 0; round < 200; round++)
        {
            (masks[0], masks[1]) = ((ushort)random.Next(1 << 16), (ushort)random.Next(1 << 16));
            for (int lane = 0; lane < LaneLayout.Lanes; lane += TLanes.Lanes)
                Assert.Equal((uint)(~masks[1] >> lane) & ((1u << TLanes.Lanes) - 1), TLanes.MaskBits(TLanes.LacksSecond(masks, lane)));
        }
    }

    private static unsafe void CompareKeepTwo<TLanes, TVector>()
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        var random = new Random(6);
        ushort* masks = stackalloc ushort[2];
        float* values = stackalloc float[2 * LaneLayout.Lanes];
        float* kept = stackalloc float[2 * LaneLayout.Lanes];
        for (int round = 0; round < 200; round++)
        {
            (masks[0], masks[1]) = ((ushort)random.Next(1 << 16), (ushort)random.Next(1 << 16));
            for (int i = 0; i < 2 * TLanes.Lanes; i++) values[i] = BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32));
            for (int lane = 0; lane < LaneLayout.Lanes; lane += TLanes.Lanes)
            {
                TVector first = TLanes.Load(values), second = TLanes.Load(values + TLanes.Lanes);
                TLanes.KeepTwo(masks, lane, ref first, ref second);
                TLanes.Store(first, kept);
                TLanes.Store(second, kept + TLanes.Lanes);
                for (int i = 0; i < 2 * TLanes.Lanes; i++)
                {
                    bool keeps = (masks[i / TLanes.Lanes] >> (lane + i % TLanes.Lanes) & 1) != 0;
                    Assert.Equal(keeps ? BitConverter.SingleToUInt32Bits(values[i]) : 0, BitConverter.SingleToUInt32Bits(kept[i]));
                }
            }
        }
    }

    private static unsafe void CompareSelect<TLanes, TVector>()
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        var random = new Random(4);
        float* first = stackalloc float[LaneLayout.Lanes];
        float* second = stackalloc float[LaneLayout.Lanes];
        float* chosen = stackalloc float[LaneLayout.Lanes];
        for (int round = 0; round < 1000; round++)
        {
            uint bits = (uint)random.NextInt64(1L << 32);
            for (int lane = 0; lane < TLanes.Lanes; lane++) (first[lane], second[lane]) = (BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32)), BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32)));
            TLanes.Store(TLanes.Select(TLanes.MaskOf(bits), TLanes.Load(first), TLanes.Load(second)), chosen);
            for (int lane = 0; lane < TLanes.Lanes; lane++)
                Assert.Equal(BitConverter.SingleToUInt32Bits((bits >> lane & 1) != 0 ? first[lane] : second[lane]), BitConverter.SingleToUInt32Bits(chosen[lane]));
        }
    }

    private static unsafe void CompareKeep<TLanes, TVector>()
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        // Not-a-numbers of both signs and with bits of their own, zeros, the smallest and largest numbers.
        uint[] special = [0x7fc00001, 0xffc12345, 0xffc00000, 0x80000000, 0, 1, 0x80000001, 0x7f800000, 0xff800000, 0x7f7fffff, 0x3f800000, 0xbf800000];
        uint above = uint.MaxValue << TLanes.Lanes;
        uint[] patterns = [0, 1, uint.MaxValue, 0x80000000, 0xa5a5a5a5, 0x5a5a5a5a, above, ~above, 1u << TLanes.Lanes, 1u << (TLanes.Lanes - 1)];
        var random = new Random(3);
        float* value = stackalloc float[LaneLayout.Lanes];
        float* kept = stackalloc float[LaneLayout.Lanes];
        float* masked = stackalloc float[LaneLayout.Lanes];
        for (int round = 0; round < 1000; round++)
        {
            uint bits = round % 2 == 0 ? patterns[random.Next(patterns.Length)] : (uint)random.NextInt64(1L << 32);
            for (int lane = 0; lane < TLanes.Lanes; lane++) value[lane] = BitConverter.UInt32BitsToSingle(special[random.Next(special.Length)]);
            TLanes.Store(TLanes.Keep(bits, TLanes.Load(value)), kept);
            TLanes.Store(TLanes.And(TLanes.MaskOf(bits), TLanes.Load(value)), masked);
            for (int lane = 0; lane < TLanes.Lanes; lane++)
            {
                Assert.Equal(BitConverter.SingleToUInt32Bits(masked[lane]), BitConverter.SingleToUInt32Bits(kept[lane]));
                Assert.Equal((bits >> lane & 1) != 0 ? BitConverter.SingleToUInt32Bits(value[lane]) : 0, BitConverter.SingleToUInt32Bits(kept[lane]));
            }
        }
    }
}

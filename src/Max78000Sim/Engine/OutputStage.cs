// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>Scales, activates and writes results: the end of a layer's pipeline (machine.md sections 1.3, 11.5 and 11.6).</summary>
internal sealed unsafe class OutputStage
{
    private const int GroupSlots = ConvolutionPlan.GroupSlots, GroupBlocks = GroupSlots / OutputPlan.BlockSlots;

    private readonly LayerConfiguration _layer;
    private readonly OutputPlan _plan;

    /// <summary>First word of each block of four slots, -1 behind the last.</summary>
    private readonly int[] _words;

    public OutputStage(LayerConfiguration layer, OutputPlan plan)
    {
        _layer = layer;
        _plan = plan;
        _words = new int[(plan.Blocks.Length + GroupBlocks - 1) / GroupBlocks * GroupBlocks];
        Array.Fill(_words, -1);
        for (int i = 0; i < plan.Blocks.Length; i++)
            _words[i] = plan.Blocks[i].FirstWord;
    }

    /// <summary>Writes the sums of sixteen slots for neighbouring pixels.</summary>
    /// <param name="sums">Sums as <c>[pixel][16]</c>.</param>
    /// <param name="pixels">Number of pixels.</param>
    /// <param name="firstPixel">Number of the first pixel.</param>
    /// <param name="group">Group of sixteen slots.</param>
    /// <param name="memory">Data memory and buffers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Store(int* sums, int pixels, int firstPixel, int group, byte* memory)
    {
        int step = _plan.PixelStep, pixel = 0;
        uint* target = (uint*)memory + (long)firstPixel * step;
        int present = Math.Min(GroupBlocks, _plan.Blocks.Length - group * GroupBlocks);
        fixed (int* words = &_words[group * GroupBlocks])
        {
            if (_layer.Wide)
            {
                for (; pixel < pixels; pixel++, sums += GroupSlots, target += step)
                {
                    for (int i = 0; i < present; i++)
                        StoreSums(sums + OutputPlan.BlockSlots * i, target + words[i], _plan.Blocks[group * GroupBlocks + i].Count);
                }

                return;
            }

            // Four pixels whose words follow each other are written together.
            for (; step == 1 && pixel + 4 <= pixels; pixel += 4, sums += 4 * GroupSlots, target += 4)
                StoreFour(sums, target, words, present);
            for (; pixel < pixels; pixel++, sums += GroupSlots, target += step)
            {
                Vector128<uint> bytes = Bytes(sums);
                for (int i = 0; i < present; i++)
                    target[words[i]] = bytes[i];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StoreFour(int* sums, uint* target, int* words, int present)
    {
        Vector128<uint> pixel0 = Bytes(sums), pixel1 = Bytes(sums + GroupSlots), pixel2 = Bytes(sums + 2 * GroupSlots), pixel3 = Bytes(sums + 3 * GroupSlots);
        (Vector128<uint> low02, Vector128<uint> high02) = Interleave(pixel0, pixel2);
        (Vector128<uint> low13, Vector128<uint> high13) = Interleave(pixel1, pixel3);
        (Vector128<uint> block0, Vector128<uint> block1) = Interleave(low02, low13);
        block0.Store(target + words[0]);
        if (present > 1)
            block1.Store(target + words[1]);
        (Vector128<uint> block2, Vector128<uint> block3) = Interleave(high02, high13);
        if (present > 2)
            block2.Store(target + words[2]);
        if (present > 3)
            block3.Store(target + words[3]);
    }

    /// <summary>The elements of two vectors in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<uint> Low, Vector128<uint> High) Interleave(Vector128<uint> even, Vector128<uint> odd)
    {
        if (Sse2.IsSupported)
            return (Sse2.UnpackLow(even, odd), Sse2.UnpackHigh(even, odd));
        if (AdvSimd.Arm64.IsSupported)
            return (AdvSimd.Arm64.ZipLow(even, odd), AdvSimd.Arm64.ZipHigh(even, odd));
        return (Vector128.Create(even[0], odd[0], even[1], odd[1]), Vector128.Create(even[2], odd[2], even[3], odd[3]));
    }

    /// <summary>The sixteen bytes that the sums of a pixel become.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<uint> Bytes(int* sums)
    {
        Vector128<sbyte> scaled = Arithmetic.Scale(
            Vector128.Load(sums), Vector128.Load(sums + 4), Vector128.Load(sums + 8), Vector128.Load(sums + 12), _layer.Shift);
        return Finish(scaled).AsUInt32();
    }

    /// <summary>Writes a pass-through layer's image, <c>[pixel][channel]</c>.</summary>
    public void StoreImage(short* image, int channels, byte* memory)
    {
        foreach (OutputBlock block in _plan.Blocks)
        {
            uint* target = (uint*)memory + block.FirstWord;
            short* source = image + block.FirstSlot;
            for (int pixel = 0; pixel < _plan.Pixels; pixel++, target += _plan.PixelStep, source += channels)
            {
                uint packed = 0;
                for (int lane = 0; lane < block.Count; lane++)
                    packed |= (uint)(byte)source[lane] << (8 * lane);
                *target = packed;
            }
        }
    }

    private static void StoreSums(int* sums, uint* target, int count)
    {
        for (int lane = 0; lane < count; lane++)
            target[lane] = (uint)sums[lane];
    }

    private Vector128<sbyte> Finish(Vector128<sbyte> values) =>
        _layer.Absolute ? Arithmetic.Absolute(values) : _layer.Relu ? Arithmetic.Relu(values) : values;
}

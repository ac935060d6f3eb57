// SPDX-License-Identifier: MIT
using System.Runtime.Intrinsics;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>Scales, activates and writes results: the end of a layer's pipeline (machine.md sections 1.3, 11.5 and 11.6).</summary>
internal sealed unsafe class OutputStage
{
    private readonly LayerConfiguration _layer;
    private readonly OutputPlan _plan;

    /// <summary>First word of each block of four slots, -1 behind the last.</summary>
    private readonly int[] _words;

    public OutputStage(LayerConfiguration layer, OutputPlan plan)
    {
        const int BlocksAtOnce = ConvolutionPlan.GroupSlots / OutputPlan.BlockSlots;
        _layer = layer;
        _plan = plan;
        _words = new int[(plan.Blocks.Length + BlocksAtOnce - 1) / BlocksAtOnce * BlocksAtOnce];
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
    public void Store(int* sums, int pixels, int firstPixel, int group, byte* memory)
    {
        const int Blocks = ConvolutionPlan.GroupSlots / OutputPlan.BlockSlots;
        ReadOnlySpan<int> words = _words.AsSpan(group * Blocks, Blocks);
        int present = Math.Min(Blocks, _plan.Blocks.Length - group * Blocks);
        uint* target = (uint*)memory + (long)firstPixel * _plan.PixelStep;
        for (int pixel = 0; pixel < pixels; pixel++, sums += ConvolutionPlan.GroupSlots, target += _plan.PixelStep)
        {
            if (_layer.Wide)
            {
                for (int i = 0; i < present; i++)
                    StoreSums(sums + OutputPlan.BlockSlots * i, target + words[i], _plan.Blocks[group * Blocks + i].Count);
                continue;
            }

            Vector128<sbyte> scaled = Arithmetic.Scale(
                Vector128.Load(sums), Vector128.Load(sums + 4), Vector128.Load(sums + 8), Vector128.Load(sums + 12), _layer.Shift);
            Vector128<uint> bytes = Finish(scaled).AsUInt32();
            for (int i = 0; i < present; i++)
                target[words[i]] = bytes[i];
        }
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

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Registers;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>What a layer asks of the processors it reads with: kernel words, and cycles that depend on where they are.</summary>
/// <param name="Index">Layer index.</param>
/// <param name="KernelWords">Words on each processor.</param>
/// <param name="InputBlock">Block that it reads.</param>
/// <param name="OutputBlock">Block that it writes.</param>
internal sealed record LayerNeed(int Index, int KernelWords, int InputBlock, int OutputBlock)
{
    private LayerPlacement _model = null!;

    /// <summary>Whether the layer passes its data on without operator, so that its output lies on the processors of its input.</summary>
    public bool PassesOn => !_model.Hardware.IsConvolution;

    /// <summary>Cycles with the output at a group of four processors.</summary>
    /// <param name="input">Processors of the input.</param>
    public long Cycles(ulong input) => CycleEstimate.Layer(_model with { InputMap = new(input) });

    /// <summary>Least cycles over all places of the input.</summary>
    public long LeastCycles(ulong mask, int span) => Enumerable.Range(0, (MemoryMap.Processors - span) / MemoryMap.ProcessorsPerInstance + 1)
        .Min(group => Cycles(mask << (group * MemoryMap.ProcessorsPerInstance)));

    /// <summary>The needs of all layers.</summary>
    public static ImmutableArray<LayerNeed> Of(QuantizedNetwork network, ImmutableArray<DataBlock> blocks) => [.. network.Layers.Select(layer => Of(layer, blocks))];

    private static LayerNeed Of(QuantizedLayer layer, ImmutableArray<DataBlock> blocks)
    {
        ChannelPasses outputs = ChannelPasses.Of(layer.Output.Channels), inputs = ChannelPasses.Of(layer.Input.Channels);
        var model = new LayerPlacement
        {
            Layer = layer,
            Hardware = HardwareSubstitution.Of(layer),
            Format = DataFormat.Hwc,
            InputMap = new(Low(inputs.PerPass)),
            OutputMap = new(Low(outputs.PerPass)),
            InputPasses = inputs,
            OutputPasses = outputs,
            InputOffset = 0,
            OutputOffset = 0,
        };
        return new LayerNeed(layer.Index, model.KernelWords, BlockOf(layer.Inputs[0]), BlockOf(layer.Index)) { _model = model };

        int BlockOf(int tensor) => Enumerable.Range(0, blocks.Length).First(block => blocks[block].Members.Any(member => member.Tensor == tensor));
    }

    private static ulong Low(int count) => count >= MemoryMap.Processors ? ulong.MaxValue : (1ul << count) - 1;
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Numerics;
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

    /// <summary>Processors that it reads, relative to the first of <see cref="InputBlock"/>.</summary>
    public ulong ReadMask { get; private init; }

    /// <summary>Processors that it writes, relative to the first of <see cref="OutputBlock"/>.</summary>
    public ulong WriteMask { get; private init; }

    /// <summary>Cycles with the output at a group of four processors.</summary>
    /// <param name="input">Processors of the input.</param>
    /// <param name="kernelStart">First kernel word: an element-wise convolution that pools last reads from word 0 up to it in vain.</param>
    public long Cycles(ulong input, int kernelStart) => CycleEstimate.Layer(_model with { InputMap = new(input), KernelStart = kernelStart });

    /// <summary>Words of the whole input in each instance.</summary>
    public static long InputWords(LayerPlacement layer) => layer.Format == DataFormat.Chw ? (layer.Layer.Input.Pixels + 3L) / 4 : (long)layer.Layer.Input.Pixels * layer.InputPasses.Count;

    /// <summary>Least cycles over all places of the input.</summary>
    public long LeastCycles(DataBlock input) => input.Starts().Min(start => Cycles(input.Mask << start, kernelStart: 0));

    /// <summary>The needs of all layers.</summary>
    /// <param name="network">The network; its description says which layers stream.</param>
    /// <param name="blocks">Its data.</param>
    /// <param name="form">How the input reaches the first layer.</param>
    public static ImmutableArray<LayerNeed> Of(QuantizedNetwork network, ImmutableArray<DataBlock> blocks, InputForm form) =>
        [.. LayerModels.Of(network, form).Select(model => Of(model, network.Description.Layers[model.Layer.Index].InputChannelSkip, blocks))];

    private static LayerNeed Of(LayerPlacement model, int skip, ImmutableArray<DataBlock> blocks)
    {
        QuantizedLayer layer = model.Layer;
        return new LayerNeed(layer.Index, model.KernelWords, BlockOf(layer.Inputs[0]), BlockOf(layer.Index))
        {
            _model = model,
            ReadMask = Part(layer.Inputs.Aggregate(0ul, (mask, tensor) => mask | MaskOf(tensor)), skip, model.InputPasses.PerPass),
            WriteMask = MaskOf(layer.Index),
        };

        ulong MaskOf(int tensor) => blocks.SelectMany(block => block.Members).First(member => member.Tensor == tensor).Mask;

        int BlockOf(int tensor) => Enumerable.Range(0, blocks.Length).First(block => blocks[block].Members.Any(member => member.Tensor == tensor));
    }

    /// <summary>A layer may leave out channels at the front and at the end.</summary>
    private static ulong Part(ulong mask, int skip, int count) => BitOperations.PopCount(mask) == count
        ? mask
        : new ProcessorMap(mask).Processors().Skip(skip).Take(count).Aggregate(0ul, (part, processor) => part | 1ul << processor);
}

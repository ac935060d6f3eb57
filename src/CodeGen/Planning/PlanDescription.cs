// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Placement;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>Writes the places of the blocks into a description.</summary>
internal sealed class PlanDescription(QuantizedNetwork network, PlanArrangement arrangement, int[] starts, int[] offsets)
{
    private readonly ImmutableArray<DataBlock> _blocks = arrangement.Blocks;

    public static NetworkDescription Of(QuantizedNetwork network, PlanArrangement arrangement, int[] starts, int[] offsets) =>
        new PlanDescription(network, arrangement, starts, offsets).Describe();

    private NetworkDescription Describe() => network.Description with { Layers = [.. network.Layers.Select(Layer)] };

    private LayerDescription Layer(QuantizedLayer layer)
    {
        bool last = layer.Index == network.Layers.Length - 1, joined = layer.Inputs.Length > 1;
        Place output = PlaceOf(layer.Index);
        int passes = ChannelPasses.Of(layer.Input.Channels).Count, first = layer.Inputs.Min(source => PlaceOf(source).Offset);
        int offset = first + 4 * layer.Crop.Top * layer.Input.Columns * passes * layer.Operands, before = layer.Index == 0 ? 0 : PlaceOf(layer.Index - 1).Offset;
        ulong standard = last ? DataBlock.Lowest(ChannelPasses.Of(layer.Output.Channels).PerPass) : Read(network.Layers[layer.Index + 1]);
        return network.Description.Layers[layer.Index] with
        {
            Processors = new(Read(layer)),
            OutputProcessors = output.Map == standard ? null : new(output.Map),
            InputOffset = offset == before && !joined ? null : offset,
            OutputOffset = output.Offset,
            WriteGap = output.Gap,
            DataFormat = layer.Index == 0 ? arrangement.Input.Format : DataFormat.Hwc,
        };
    }

    /// <summary>The processors that a layer reads with. It may leave out channels at the front and at the end; of a fan-out the first quadrant counts.</summary>
    private ulong Read(QuantizedLayer layer)
    {
        ProcessorMap map = new(layer.Inputs.Aggregate(0ul, (mask, source) => mask | PlaceOf(source).Map));
        int count = ChannelPasses.Of(layer.Input.Channels).PerPass, skip = network.Description.Layers[layer.Index].InputChannelSkip;
        return map.Count == count ? map.Bits : map.Processors().Skip(skip).Take(count).Aggregate(0ul, (mask, processor) => mask | 1ul << processor);
    }

    private Place PlaceOf(int tensor)
    {
        for (int block = 0; block < _blocks.Length; block++)
        {
            foreach (BlockMember member in _blocks[block].Members)
            {
                if (member.Tensor == tensor) return new(member.Mask << starts[block], offsets[block] + member.Offset, _blocks[block].Gap);
            }
        }

        throw new InvalidOperationException("Every tensor belongs to a block.");
    }

    private readonly record struct Place(ulong Map, int Offset, int Gap);
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Registers;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>Cuts the data of a network into blocks (machine.md sections 9 and 10.1).</summary>
internal sealed class BlockBuilder
{
    private readonly IReadOnlyList<QuantizedLayer> _layers;
    private readonly HardwareLayer[] _hardware;
    private readonly bool[] _kept;
    private readonly InputForm _form;
    private readonly LayerPlacement[] _models;
    private readonly int _streamed;

    private BlockBuilder(QuantizedNetwork network, InputForm form)
    {
        _layers = network.Layers;
        _hardware = [.. _layers.Select(HardwareSubstitution.Of)];
        bool marked = network.Description.Layers.Any(layer => layer.IsOutput);
        _kept = [.. _layers.Select((layer, i) => marked ? network.Description.Layers[i].IsOutput : i == _layers.Count - 1)];
        _form = form;
        _models = LayerModels.Of(network, form);
        _streamed = network.Description.Layers.TakeWhile(layer => layer.Streaming).Count();
    }

    /// <summary>Makes the blocks.</summary>
    /// <param name="network">The network, operands copied where needed.</param>
    /// <param name="form">How the network input reaches the first layer.</param>
    /// <param name="packed">Joined channels lie close together, in place of each source at a group of four processors.</param>
    /// <returns>The blocks by birth, or null where the network input cannot have this order or joined channels do not fit side by side.</returns>
    public static ImmutableArray<DataBlock>? Build(QuantizedNetwork network, InputForm form, bool packed) => new BlockBuilder(network, form).Build(packed);

    private ImmutableArray<DataBlock>? Build(bool packed)
    {
        List<DataBlock> blocks = [];
        HashSet<int> taken = [];
        foreach (QuantizedLayer layer in _layers)
        {
            if (JoinKey.Of(layer, _layers) is not JoinKey join || !layer.Inputs.All(source => !taken.Contains(source))) continue;
            if (layer.Inputs.Any(source => source < -1) || (_form.Format == DataFormat.Chw && layer.Inputs.Contains(-1))) return null;
            if (Join(layer, join, packed) is not DataBlock block || !block.Members.All(member => taken.Add(member.Tensor))) return null;
            blocks.Add(block);
        }

        for (int tensor = -1; tensor < _layers.Count; tensor++)
        {
            if (taken.Contains(tensor)) continue;
            if (Single(tensor, blocks) is not DataBlock block) return null;
            blocks.Add(block);
        }

        return [.. blocks.OrderBy(block => block.Birth).ThenBy(block => block.Members[0].Tensor)];
    }

    private DataBlock? Single(int tensor, List<DataBlock> blocks)
    {
        if (tensor < _streamed - 1) return Ring(tensor);
        int channels = Channels(tensor), bytes = Bytes(tensor), step = MemoryMap.ProcessorsPerInstance;
        ulong mask = DataBlock.Lowest(ChannelPasses.Of(channels).PerPass);
        if (tensor >= 0 && PassedOn(_layers[tensor], blocks) is ulong packed) (mask, step) = (packed, MemoryMap.ProcessorsPerQuadrant);
        if (tensor == -1 && _form.Format == DataFormat.Chw)
        {
            bool legal = channels <= MemoryMap.DataInstances && _layers[0] is { Operands: 1, Flatten: false } && Readers(-1).All(reader => reader == 0);
            if (!legal) return null;
            mask = Enumerable.Range(0, channels).Aggregate(0ul, (bits, channel) => bits | 1ul << (channel * MemoryMap.ProcessorsPerInstance));
            bytes = (_layers[0].Input.Pixels + 3) / 4 * 4;
        }

        return new DataBlock
        {
            Members = [new(tensor, mask, 0)],
            Bytes = Math.Max(bytes, BehindRing(tensor)),
            Before = Before(tensor),
            Birth = tensor,
            Death = Death(tensor),
            Format = tensor == -1 ? _form.Format : DataFormat.Hwc,
            Step = step,
        };
    }

    /// <summary>The words through which the input of a streaming layer passes. All rings are there as long as data streams.</summary>
    private DataBlock Ring(int tensor) => new()
    {
        Members = [new(tensor, tensor < 0 ? _form.FifoMask(Channels(tensor)) : DataBlock.Lowest(ChannelPasses.Of(Channels(tensor)).PerPass), 0)],
        Bytes = Math.Max(RingBytes(tensor), BehindRing(tensor)),
        Birth = -1,
        Death = _streamed - 1,
        Format = tensor < 0 ? _form.Format : DataFormat.Hwc,
        Step = tensor < 0 ? MemoryMap.Processors : MemoryMap.ProcessorsPerInstance,
        IsRing = true,
    };

    // Rings and what is written behind them do not even touch (network-yaml.md section 5).
    private int RingBytes(int tensor) => 4 * (_models[tensor + 1].Stream!.Rollover + 1);

    /// <summary>A streaming layer that writes below its own ring keeps the ring's length away from it, and the network's last layer a word more (network-yaml.md section 5).</summary>
    private int BehindRing(int tensor) => tensor < 0 || tensor >= _streamed ? 0 : Math.Max(RingBytes(tensor - 1), tensor == _layers.Count - 1 ? Bytes(tensor) + 4 : 0);

    /// <summary>What a layer without operator makes of a map that leaves out processors: in each quadrant as many, without the holes. Null for all other maps.</summary>
    private ulong? PassedOn(QuantizedLayer layer, List<DataBlock> blocks)
    {
        if (_hardware[layer.Index].IsConvolution) return null;
        ulong read = 0;
        foreach (BlockMember member in blocks.SelectMany(block => block.Members).Where(member => layer.Inputs.Contains(member.Tensor))) read |= member.Mask;
        if (read == 0 || new ProcessorMap(read) is { First: 0 } map && map.Last + 1 == map.Count) return null;
        ulong packed = 0;
        for (int quadrant = 0; quadrant < MemoryMap.Quadrants; quadrant++)
        {
            ulong bits = DataBlock.Lowest(new ProcessorMap(new ProcessorMap(read).Quadrant(quadrant)).Count);
            packed |= bits << (quadrant * MemoryMap.ProcessorsPerQuadrant);
        }

        return new ProcessorMap(packed).First == 0 ? packed : null;
    }

    private DataBlock? Join(QuantizedLayer layer, JoinKey join, bool packed)
    {
        List<BlockMember> members = [];
        int passes = LayerShapes.Passes(layer.Input.Channels), ways = layer.Elementwise is null ? passes : layer.Operands, at = 0;
        foreach (int source in layer.Inputs)
        {
            ulong mask = DataBlock.Lowest(ChannelPasses.Of(Channels(source)).PerPass);
            if (join.Interleaves) members.Add(new(source, mask, 4 * members.Count));
            else if (join.EndToEnd)
            {
                members.Add(new(source, mask, at));
                at += Bytes(source);
            }
            else
            {
                int width = packed ? Channels(source) : (Channels(source) + 3) / 4 * 4;
                if (at + Channels(source) > MemoryMap.Processors) return null;
                members.Add(new(source, mask << at, 0));
                at += width;
            }
        }

        return new DataBlock
        {
            Members = [.. members],
            Bytes = Math.Max(join.Interleaves ? layer.Inputs.Max(Bytes) * ways : join.EndToEnd ? at : layer.Inputs.Max(Bytes), members.Max(member => member.Offset + BehindRing(member.Tensor))),
            Before = layer.Inputs.Max(Before),
            Birth = layer.Inputs.Min(),
            Death = layer.Inputs.Max(Death),
            Gap = join.Interleaves ? ways - 1 : 0,
        };
    }

    private IEnumerable<int> Readers(int tensor) => _layers.Where(layer => layer.Inputs.Contains(tensor)).Select(layer => layer.Index);

    private int Death(int tensor) => tensor >= 0 && _kept[tensor] ? _layers.Count : Readers(tensor).DefaultIfEmpty(tensor).Max();

    private int Channels(int tensor) => tensor >= 0 ? _layers[tensor].Output.Channels : _layers[0].Input.Channels;

    private int Before(int tensor) => tensor < 0 ? 0 : 4 * _hardware[tensor].SurplusPixels * LayerShapes.Passes(Channels(tensor));

    /// <summary>Bytes in an instance without gap; a folded reader reads to the end of its last row.</summary>
    private int Bytes(int tensor)
    {
        int passes = LayerShapes.Passes(Channels(tensor)), words;
        if (tensor < 0) words = _layers[0].Input.Pixels * passes * _layers[0].Operands;
        else words = (_hardware[tensor].OutputPixels - _hardware[tensor].SurplusPixels) * passes * (_layers[tensor].OutputWidth / 8);
        foreach (int reader in Readers(tensor).Where(reader => _layers[reader].Inputs.Length == 1)) words = Math.Max(words, _hardware[reader].Image.Rows * _hardware[reader].Image.Columns * passes * (tensor < 0 ? _layers[0].Operands : 1));
        return 4 * words;
    }
}

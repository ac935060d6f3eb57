// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Output;
using Ai8x.CodeGen.Placement;
using Ai8x.Device;
using Ai8x.Networks;
using Ai8x.RandomNetworks;

namespace Ai8x.CodeGen.Tests.Generator;

/// <summary>Input words, known answer and unload plan against an independent reading of data memory.</summary>
public sealed class DataLayoutTests
{
    [Fact]
    public void InputWords_HoldTheSampleWhereTheProcessorsRead() => TwoLayerNetworks.Any.ForEach(
        100,
        network =>
        {
            sbyte[] sample = Networks.Sample(network, new Random(2));
            NetworkPlacement placement = Placer.Place(network);
            Dictionary<uint, uint> memory = new InputPacker(placement).ToBusWrites(sample).ToDictionary(w => w.Address, w => w.Value);
            LayerPlacement first = placement.Layers[0];
            int channel = 0;
            foreach (int processor in first.InputMap.Processors())
            {
                for (int pixel = 0; pixel < network.Input.Pixels; pixel++)
                {
                    uint bytes = Instance(processor) + (first.Format == DataFormat.Chw ? (uint)pixel : (uint)(4 * pixel + processor % 4));
                    sbyte value = (sbyte)(memory[bytes & ~3u] >> (int)(8 * (bytes & 3)));
                    Assert.Equal(sample[channel * network.Input.Pixels + pixel], value);
                    DataSlot slot = first.InputSlot(channel, pixel);
                    Assert.Equal(bytes, slot.Address + (uint)slot.Lane);
                }

                channel++;
            }
        });

    [Fact]
    public void KnownAnswer_CoversEveryOutputValueOnceAndNothingElse() => TwoLayerNetworks.Any.ForEach(
        100,
        network =>
        {
            SynthesizedNetwork synthesized = Networks.Synthesize(network);
            (Dictionary<uint, byte> memory, long maskedBytes) = Play(synthesized.Program);
            LayerPlacement last = synthesized.Placement.Layers[^1];
            int[] values = synthesized.LayerOutputs[^1], processors = [.. last.OutputMap.Processors()];
            int pixels = last.Layer.Output.Pixels, width = last.Layer.OutputWidth / 8;
            for (int i = 0; i < values.Length; i++)
            {
                int processor = processors[i / pixels], pixel = i % pixels;
                uint address = Instance(processor) + 0x4000 + (uint)(width == 4 ? 16 * pixel + 4 * (processor % 4) : 4 * pixel + processor % 4);
                for (int b = 0; b < width; b++) Assert.Equal((byte)(values[i] >> (8 * b)), memory[address + (uint)b]);
                DataSlot slot = last.OutputSlot(i / pixels, pixel);
                Assert.Equal(address, slot.Address + (uint)slot.Lane);
            }

            Assert.Equal((long)values.Length * width, maskedBytes);
        });

    [Fact]
    public void UnloadPlan_GathersTheOutputChannelByChannel() => TwoLayerNetworks.Any.ForEach(
        100,
        network =>
        {
            SynthesizedNetwork synthesized = Networks.Synthesize(network);
            (Dictionary<uint, byte> memory, _) = Play(synthesized.Program);
            var buffer = new byte[(synthesized.Unload.OutputCount + 3) / 4 * 4 * (synthesized.Unload.ByteMode ? 1 : 4)];
            foreach (UnloadRun run in UnloadTrace.Of(synthesized.Unload))
            {
                for (int i = 0; i < run.Count; i++) buffer[run.OutputByte + i] = memory.GetValueOrDefault(run.SourceAddress + (uint)(i * run.SourceStep));
            }

            Assert.Equal(Expected(synthesized), buffer[..Expected(synthesized).Length]);
        });

    [Fact]
    public void SevenChannels_MakeAPartlyMaskedRecordBeforeAFullOne()
    {
        NetworkDescription description = Networks.Description(Networks.Conv(0x1, 0x2000, 1, 0));
        SynthesizedNetwork network = Networks.Synthesize(Networks.Network(new(1, 1, 1), description, Networks.Arrays([7, 1, 1, 1], i => i)));
        Assert.Equal([(0x5040a000u, 0x00ffffffu, 1), (0x50402000u, 0xffffffffu, 1)], network.Program.KnownAnswer.Select(r => (r.Address, r.Mask, r.Words.Length)));
    }

    [Fact]
    public void OutputThatStartsAtLaneTwo_IsMaskedThere()
    {
        NetworkDescription description = Networks.Description(Networks.Conv(0x1, 0x2000) with { OutputProcessors = new ProcessorMap(0xfc) });
        SynthesizedNetwork network = Networks.Synthesize(Networks.Network(new(3, 3, 1), description, Networks.Arrays([6, 1, 3, 3], i => i)));
        Assert.Equal([(0x50402000u, 0xffff0000u, 9), (0x5040a000u, 0xffffffffu, 9)], network.Program.KnownAnswer.Select(r => (r.Address, r.Mask, r.Words.Length)));
    }

    [Fact]
    public void MarkedHiddenLayer_IsPartOfTheAnswerAndUnloadedFirst()
    {
        NetworkDescription description = Networks.Description(
            Networks.Conv(0x1, 0x2000) with { IsOutput = true }, Networks.Conv(0x3, 0x4000) with { IsOutput = true });
        SynthesizedNetwork network = Networks.Synthesize(Networks.Network(new(3, 3, 1), description, Networks.Arrays([2, 1, 3, 3], i => i), Networks.Arrays([1, 2, 3, 3], i => i)));
        Assert.Equal([0x50404000u, 0x50402000u], network.Program.KnownAnswer.OrderBy(r => r.Mask).Select(r => r.Address));
        Assert.Equal(27, network.Unload.OutputCount);
        Assert.Equal([0, 18], network.Unload.Blocks.Select(b => b.OutputOffset));
    }

    [Fact]
    public void SeveralOutputVectors_StandRightBehindEachOther()
    {
        NetworkDescription description = Networks.Description(
            Networks.Conv(0x1, 0x2000, 1, 0) with { IsOutput = true }, Networks.Conv(0x1ff, 0x4000, 1, 0) with { IsOutput = true });
        SynthesizedNetwork network = Networks.Synthesize(Networks.Network(new(1, 1, 1), description, Networks.Arrays([9, 1, 1, 1], i => i), Networks.Arrays([7, 9, 1, 1], i => i)));
        Assert.Equal(16, network.Unload.OutputCount);
        Assert.Equal(16, UnloadTrace.Of(network.Unload).Sum(run => run.Count));
        Assert.Equal([0, 4, 8, 9, 13], network.Unload.Blocks.Select(b => b.OutputOffset));
    }

    [Fact]
    public void SampleOfAnotherSize_IsRefused()
    {
        NetworkPlacement placement = Placer.Place(Networks.Network(new(3, 3, 1), Networks.Description(Networks.Conv(0x1, 0x2000)), Networks.Arrays([1, 1, 3, 3], i => i)));
        Assert.Throws<ArgumentException>(() => new InputPacker(placement).Pack([1, 2, 3]));
    }

    private static byte[] Expected(SynthesizedNetwork network) =>
        [.. network.Unload.ByteMode ? network.LayerOutputs[^1].Select(v => (byte)v) : Words(network).SelectMany(BitConverter.GetBytes)];

    // In words, each group of four processors comes as a whole: its pixels, and for each pixel its channels.
    private static IEnumerable<int> Words(SynthesizedNetwork network)
    {
        LayerPlacement last = network.Placement.Layers[^1];
        int pixels = last.Layer.Output.Pixels;
        foreach (var group in last.OutputMap.Processors().Select((processor, channel) => (processor, channel)).GroupBy(p => p.processor / 4))
        {
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                foreach ((_, int channel) in group) yield return network.LayerOutputs[^1][channel * pixels + pixel];
            }
        }
    }

    private static uint Instance(int processor) => 0x50400000 + 0x400000 * (uint)(processor / 16) + 0x8000 * (uint)(processor % 16 / 4);

    private static (Dictionary<uint, byte> Memory, long MaskedBytes) Play(AcceleratorProgram program)
    {
        Dictionary<uint, byte> memory = [];
        long bytes = 0;
        foreach (AnswerRecord record in program.KnownAnswer)
        {
            for (int i = 0; i < 4 * record.Words.Length; i++)
            {
                if ((record.Mask >> (8 * (i % 4)) & 0xff) == 0) continue;
                memory.Add(record.Address + (uint)i, (byte)(record.Words[i / 4] >> (8 * (i % 4))));
                bytes++;
            }
        }

        return (memory, bytes);
    }
}

// SPDX-License-Identifier: MIT
using Ai8x.Networks;
using Ai8x.Quant;
using Ai8x.RandomNetworks;

namespace Ai8x.CodeGen.Tests.Generator;

/// <summary>A random network with its program and what the program's registers say.</summary>
internal sealed class RandomProgramFixture
{
    public RandomProgramFixture(RandomNetwork random)
    {
        Random = random;
        Options = For(random);
        Network = random.Quantize();
        Synthesized = Synthesizer.Synthesize(Network, [.. random.Sample], Options);
        Dictionary<uint, uint> bus = [];
        foreach (ProgramAccess access in Synthesized.Program.Functions.Single(f => f.Name == "cnn_configure").Accesses.Where(a => a.Operation == AccessOperation.Write)) bus[access.Address] = access.Value;
        Layers = [.. Network.Layers.Select(layer => new LayerReading(bus, layer.Index))];
    }

    /// <summary>What the network needs, and one of the ways to load kernels and to begin.</summary>
    public static SynthesisOptions For(RandomNetwork random) => new()
    {
        Input = random.UsesFastFifo ? InputPath.FastFifo : random.UsesFifo ? InputPath.Fifo : InputPath.Memory,
        Riscv = random.UsesFastFifo,
        OverlapData = !random.InPlace.IsEmpty,
        ExpressKernels = random.Seed % 5 != 0,
        ZeroMemories = random.Seed % 7 == 0,
        WriteZeroRegisters = random.Seed % 11 == 0,
    };

    public RandomNetwork Random { get; }

    public SynthesisOptions Options { get; }

    public QuantizedNetwork Network { get; }

    public SynthesizedNetwork Synthesized { get; }

    /// <summary>The layers as the registers describe them.</summary>
    public LayerReading[] Layers { get; }

    public bool Streams(int layer) => Network.Description.Layers[layer].Streaming;

    /// <summary>Map of a layer's output, found in the description alone.</summary>
    public ProcessorMap OutputMap(int layer)
    {
        LayerDescription description = Network.Description.Layers[layer];
        return description.OutputProcessors ?? Network.Description.Layers[layer + 1].Processors;
    }

    /// <summary>Channels of one pass (network-yaml.md section 3.7).</summary>
    public static int PerPass(int channels)
    {
        int passes = (channels + 63) / 64, each = (channels + passes - 1) / passes;
        return passes == 1 ? each : Math.Min(64, (each + 3) / 4 * 4);
    }

    /// <summary>Word and lane at which a layer's value belongs (machine.md section 10.1).</summary>
    public (int Word, int Lane) Place(int layer, int channel, int pixel)
    {
        LayerDescription description = Network.Description.Layers[layer];
        int channels = Network.Layers[layer].Output.Channels, perPass = PerPass(channels), passes = (channels + 63) / 64, width = description.OutputWidth / 8;
        int processor = OutputMap(layer).Processors().ElementAt(channel % perPass), word = description.OutputOffset / 4 + (pixel * passes + channel / perPass) * width * (description.WriteGap + 1);
        int first = processor / 4 * 8192 + word;
        return width == 4 ? (first + processor % 4, 0) : (first, processor % 4);
    }
}

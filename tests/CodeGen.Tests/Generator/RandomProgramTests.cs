// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.CodeGen.Output;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.C;
using Ai8x.Max78000Sim.Projects.Vectors;
using Ai8x.Networks;
using Ai8x.Quant;
using Ai8x.RandomNetworks;

namespace Ai8x.CodeGen.Tests.Generator;

/// <summary>Programs of random legal networks: 200 of them, with AI8X_SLOW=1 2,000.</summary>
public sealed class RandomProgramTests(ITestOutputHelper output)
{
    private const int FewNetworks = 200;

    private static readonly int Count = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1" ? 2000 : FewNetworks;

    // What a run of 200 must have seen; everything that the language has for one layer or between two.
    private static readonly string[] Wanted =
    [
        "hwc", "chw", "fifo-hwc", "fifo-chw", "input-passes", "input-operands", "streaming", "Conv2d", "Conv1d", "ConvTranspose2d", "Linear", "flatten", "copy", "passthrough-pool", "passthrough-passes",
        "w1", "w2", "w4", "w8", "bias", "wide", "multi-pass", "multi-pass-packed-uneven", "expansion", "max-pool", "average-pool", "dilation", "dilation-folded", "spaced-map", "reshape", "crop", "in-sequences",
        "eltwise-Add", "eltwise-Sub", "eltwise-Or", "eltwise-Xor", "eltwise-many", "eltwise-two-passes", "eltwise-unrolled", "eltwise-convolution", "eltwise-pool-first", "eltwise-pool-last", "residual",
        "concat-channels", "concat-passes", "concat-rows", "shared-weights", "output-marks",
        "buffer", "buffer-shift", "in-place", "unload", "fast-fifo",
    ];

    [Fact]
    public void NoLiveWord_IsOverwritten() => ForEach(CheckWords);

    [Fact]
    public void EveryKernel_IsWhereTheSequencerReadsIt() => ForEach(CheckKernels);

    [Fact]
    public void CProject_ReadBack_IsTheProgramAndGivesTheKnownAnswer() => ForEach(CheckProject);

    [Fact]
    public void Description_WrittenAndReadBack_GivesTheSameProgram() => ForEach(network =>
    {
        NetworkDescription again = NetworkYaml.Read(NetworkYaml.Write(network.Network.Description), "random.yaml");
        SynthesizedNetwork second = new RandomProgramFixture(network.Random with { Description = again }).Synthesized;
        Assert.Equal(VectorWriter.Files(network.Synthesized), VectorWriter.Files(second));
    });

    [Fact]
    public void EveryAccess_NamesItsRule() => ForEach(network => Assert.All(network.Synthesized.Program.Functions.SelectMany(f => f.Accesses), access => Assert.NotEmpty(access.Rule)));

    [Fact]
    public void RandomNetworks_HaveEveryFeature()
    {
        Dictionary<string, int> seen = [];
        LegalNetworks.Any.ForEach(FewNetworks, random =>
        {
            foreach (string feature in random.Features) seen[feature] = seen.GetValueOrDefault(feature) + 1;
        });
        output.WriteLine(string.Join(", ", seen.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}"))));
        Assert.Empty(Wanted.Except(seen.Keys));
    }

    private static void ForEach(Action<RandomProgramFixture> check) => LegalNetworks.Any.ForEach(Count, random =>
    {
        try
        {
            check(new RandomProgramFixture(random));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Network {random.Seed} ({string.Join(", ", random.Features)}): {e}\n{NetworkYaml.Write(random.Description)}"), e);
        }
    });

    /// <summary>Follows who wrote each word last, and asks it at every read.</summary>
    private static void CheckWords(RandomProgramFixture network)
    {
        const int Input = -1, Emptied = -2, Nobody = int.MinValue;
        Dictionary<int, int> owners = EmptiedWords(network).ToDictionary(word => word, _ => Emptied);
        foreach (InputBlock block in network.Synthesized.Program.Inputs.Where(block => !block.IsFifo))
        {
            int first = WordOf(block.Address);
            for (int i = 0; i < block.Words.Length; i++) owners[first + i] = Input;
        }

        HashSet<int> rings = [];
        foreach (QuantizedLayer layer in network.Network.Layers)
        {
            LayerReading reading = network.Layers[layer.Index];
            HashSet<int> read = [];
            if (layer.Index > 0 && network.Streams(layer.Index)) AddRing(reading, rings);
            else if (layer.Index > 0 || !network.Random.UsesFifo) read = [.. ReadWords(reading, layer)];
            LayerDescription description = network.Network.Description.Layers[layer.Index];
            int[] sources = [.. layer.Inputs, .. layer.Inputs.Contains(Emptied) ? BufferWriters(network) : []];
            foreach (int word in read.Where(word => description.BufferShift is null || !IsBehindBuffer(network, word))) Assert.Contains(owners.GetValueOrDefault(word, Nobody), sources);

            // The simulator watches the order in which a layer reads and writes the same words.
            bool inPlace = description.BufferShift is not null || network.Random.InPlace.Contains(layer.Index);

            // The layer behind reads the ring, not what was written word by word.
            if (layer.Index + 1 < network.Layers.Length && network.Streams(layer.Index + 1)) continue;
            HashSet<int> written = [];
            foreach (int word in reading.WrittenWords())
            {
                Assert.True(written.Add(word), "A word is written twice.");
                if (!inPlace) Assert.DoesNotContain(word, read);
                if (network.Streams(layer.Index)) Assert.DoesNotContain(word, rings);
                owners[word] = layer.Index;
            }
        }

        CheckOutputs(network, owners);
    }

    private static int WordOf(uint address)
    {
        uint place = address - 0x50400000;
        return (int)(place / 0x400000 * 4 + place % 0x400000 / 0x8000) * 8192 + (int)(place % 0x8000 / 4);
    }

    /// <summary>Words that the program clears one by one; the self-test clears all of them, of which only the buffer's count.</summary>
    private static IEnumerable<int> EmptiedWords(RandomProgramFixture network)
    {
        IEnumerable<ProgramAccess> init = network.Synthesized.Program.Functions.Single(f => f.Name == "cnn_init").Accesses;
        if (network.Network.Description.DataBuffers is [var buffer] && network.Options.ZeroMemories)
        {
            int end = 8192;
            return buffer.Processors.Processors().Select(p => p / 4).Distinct().SelectMany(instance => Enumerable.Range(instance * 8192 + buffer.Offset / 4, end - buffer.Offset / 4));
        }

        return init.Where(access => access.Operation == AccessOperation.FillZero).SelectMany(access => Enumerable.Range(WordOf(access.Address), access.Count));
    }

    private static IEnumerable<int> BufferWriters(RandomProgramFixture network) =>
        network.Network.Layers.Select(layer => layer.Index).Where(i => network.Network.Description.Layers[i] is { BufferInsert: not null } or { BufferShift: not null });

    private static bool IsBehindBuffer(RandomProgramFixture network, int word)
    {
        DataBuffer buffer = network.Network.Description.DataBuffers[0];
        return word % 8192 >= buffer.Offset / 4 + buffer.Rows * buffer.Columns * ((buffer.Channels + 63) / 64);
    }

    private static void AddRing(LayerReading reading, HashSet<int> rings)
    {
        foreach (int instance in reading.Processors.Select(p => p / 4).Distinct())
        {
            for (int i = 0; i < reading.Ring; i++) Assert.True(rings.Add(instance * 8192 + reading.ReadPointer(instance / 4) + i), "Two rings share a word.");
        }
    }

    private static void CheckOutputs(RandomProgramFixture network, Dictionary<int, int> owners)
    {
        bool marked = network.Network.Description.Layers.Any(layer => layer.IsOutput);
        foreach (QuantizedLayer layer in network.Network.Layers)
        {
            if (marked ? !network.Network.Description.Layers[layer.Index].IsOutput : layer.Index != network.Layers.Length - 1) continue;
            for (int channel = 0; channel < layer.Output.Channels; channel++)
            {
                for (int pixel = 0; pixel < layer.Output.Pixels; pixel++) Assert.Equal(layer.Index, owners[network.Place(layer.Index, channel, pixel).Word]);
            }
        }
    }

    /// <summary>Words that hold a channel; what a processor without one in the last pass reads meets a kernel of zeros.</summary>
    private static IEnumerable<int> ReadWords(LayerReading reading, QuantizedLayer layer)
    {
        int[] processors = [.. reading.Processors];
        int channelPasses = (layer.Input.Channels + 63) / 64, perPass = RandomProgramFixture.PerPass(layer.Input.Channels);
        int imagePasses = layer.Input.Pixels * channelPasses;
        bool folded = layer.Dilation > 1 && (layer.KernelRows - 1) * layer.Dilation >= 9;
        Assert.True(folded ? reading.InputPixels * reading.Passes >= imagePasses : reading.InputPixels * reading.Passes == imagePasses, "It reads another number of pixels.");
        for (int rank = 0; rank < processors.Length; rank++)
        {
            for (int i = 0; i < imagePasses; i++)
            {
                if (i % channelPasses * perPass + rank >= layer.Input.Channels) continue;
                for (int k = 0; k < reading.Operands; k++) yield return reading.InputWord(processors[rank], i / reading.Passes, i % reading.Passes, k);
            }
        }
    }

    private static void CheckKernels(RandomProgramFixture network)
    {
        var memory = new KernelReading(network.Synthesized.Program.Kernels, network.Options.ExpressKernels, network.Options.ZeroMemories);
        Dictionary<int, byte[]> biases = network.Synthesized.Program.Biases.ToDictionary(block => block.Quadrant, block => block.Bytes.ToArray());
        foreach (QuantizedLayer layer in network.Network.Layers.Where(layer => layer.Operator != LayerOperator.None))
        {
            LayerReading reading = network.Layers[layer.Index];
            int[] processors = [.. reading.Processors];
            Assert.Equal(network.Network.Description.Layers[layer.Index].Processors.Processors(), processors);
            Assert.Empty(processors.Select(p => p / 16).Except(reading.SummedQuadrants));
            Dictionary<(int Word, int Lane), int> slots = Enumerable.Range(0, reading.Slots).ToDictionary(slot => reading.SlotPlace(slot, 0));
            int surplus = layer is { KernelRows: 3, Dilation: >= 5 } ? layer.Dilation : 0;
            for (int channel = 0; channel < layer.Output.Channels; channel++)
            {
                (int word, int lane) = network.Place(layer.Index, channel, 0);
                int slot = slots[(word - surplus * ((layer.Output.Channels + 63) / 64), lane)];
                CheckSlot(layer, reading, memory, processors, slot, channel);
                int? bias = reading.Bias(slot, biases, layer.Index == 0 && network.Streams(0) ? 1 : 0);
                Assert.Equal(layer.Bias.Any(b => b != 0) ? layer.Bias[channel] : null, bias);
            }
        }
    }

    private static void CheckSlot(QuantizedLayer layer, LayerReading reading, KernelReading memory, int[] processors, int slot, int output)
    {
        int channels = layer.Input.Channels, perPass = RandomProgramFixture.PerPass(channels), channelPasses = (channels + 63) / 64;
        for (int rank = 0; rank < processors.Length; rank++)
        {
            for (int pass = 0; pass < reading.Passes; pass++)
            {
                int channel = pass % channelPasses * perPass + rank;
                for (int tap = 0; tap < reading.KernelSize; tap++)
                {
                    int actual = memory.Weight(processors[rank], reading.Bits, reading.KernelSize, reading.CounterStart, reading.KernelBase - reading.KernelSize * (reading.CounterStart >> 3), slot * reading.Passes + pass, tap);
                    Assert.Equal(channel < channels ? Weight(layer, output, channel, pass / channelPasses, tap) : 0, actual);
                }
            }
        }
    }

    /// <summary>A weight where the accelerator expects it: dilated kernels are stretched, or stand upright in a 3x3 kernel (machine.md section 4.1).</summary>
    private static int Weight(QuantizedLayer layer, int output, int channel, int pixel, int tap)
    {
        int kernel = output * layer.Input.Channels + channel, size = layer.KernelRows * layer.KernelColumns;
        if (layer.Flatten) return layer.Weights[kernel * layer.Pooled.Pixels + pixel];
        if (layer.Dilation == 1) return layer.Weights[kernel * size + tap];
        if ((size - 1) * layer.Dilation < 9) return tap % layer.Dilation == 0 ? layer.Weights[kernel * size + tap / layer.Dilation] : 0;
        int row = tap / 3 - (3 - size);
        return tap % 3 == 1 && row >= 0 ? layer.Weights[kernel * size + row] : 0;
    }

    private static void CheckProject(RandomProgramFixture network)
    {
        SynthesizedNetwork synthesized = network.Synthesized;
        ProjectFacts facts = synthesized.Facts("net", "0.0.0", []) with { Options = new ProjectOptions { Riscv = network.Random.UsesFastFifo ? new RiscvOptions() : null } };
        LoadedProject vectors = Read(VectorWriter.Files(synthesized), VectorFolderReader.Read), project = Read(CProjectWriter.Files(synthesized.Program, facts), CProjectReader.Read);
        foreach (Max78000Sim.Projects.ProgramFunction function in vectors.Functions)
        {
            Assert.Equal(function.Operations.Select(o => o with { Line = 0 }), project.Functions.Single(f => f.Name == function.Name).Operations.Select(o => o with { Line = 0 }));
        }

        Assert.Equal(vectors.KnownAnswer.SelectMany(r => r.Words.Select((word, i) => (r.Address + 4 * (uint)i, r.Mask, word))), project.KnownAnswer.SelectMany(r => r.Words.Select((word, i) => (r.Address + 4 * (uint)i, r.Mask, word))));
        SimulationResult result = Simulation.Run(project, cancellation: TestContext.Current.CancellationToken);
        Assert.True(result.Passed, string.Create(CultureInfo.InvariantCulture, $"{result.MismatchCount} mismatches, the first {result.FirstMismatches.FirstOrDefault()}"));
        if (!network.Network.Description.Layers.Any(layer => layer.IsOutput)) Assert.Equal(Unloaded(network), result.Unloaded.AsSpan(0, Unloaded(network).Length).ToArray());
    }

    /// <summary>The bytes of the last layer, or of the parts of it that are asked for: channel by channel, or for 32 bits in groups of four channels (machine.md section 10.3).</summary>
    private static byte[] Unloaded(RandomProgramFixture network)
    {
        QuantizedLayer last = network.Network.Layers[^1];
        int[] values = network.Synthesized.LayerOutputs[^1], processors = [.. network.OutputMap(last.Index).Processors()];
        int columns = last.Output.Columns, pixels = last.Output.Pixels, perPass = RandomProgramFixture.PerPass(last.Output.Channels), from = network.Network.Description.Layers[^1].OutputOffset;
        List<byte> bytes = [];
        (int First, int Count)[] parts = network.Network.Description.Unload is { IsEmpty: false } unload ? [.. unload.Select(part => (part.Offset == from ? 0 : pixels - part.Rows * columns, part.Rows * columns))] : [(0, pixels)];
        foreach ((int first, int count) in parts)
        {
            foreach (IGrouping<(int, int), int> group in Enumerable.Range(0, last.Output.Channels).GroupBy(c => last.OutputWidth == 8 ? (c, 0) : (c / perPass, processors[c % perPass] / 4)))
            {
                for (int i = first; i < first + count; i++)
                {
                    foreach (int channel in group)
                    {
                        byte[] value = BitConverter.GetBytes(values[channel * pixels + i]);
                        bytes.AddRange(last.OutputWidth == 8 ? [value[0]] : value);
                    }
                }
            }
        }

        return [.. bytes];
    }

    private static LoadedProject Read(IEnumerable<(string Name, string Text)> files, Func<string, LoadedProject> reader)
    {
        string folder = Directory.CreateTempSubdirectory("ai8x-random-").FullName;
        try
        {
            foreach ((string name, string text) in files) File.WriteAllText(Path.Combine(folder, name), text);
            return reader(folder);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}

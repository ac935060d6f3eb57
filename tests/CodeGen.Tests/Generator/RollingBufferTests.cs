// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Output;
using Ai8x.CodeGen.Placement;
using Ai8x.Device;
using Ai8x.Device.Limits;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.Vectors;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Tests.Generator;

/// <summary>Rolling buffers (network-yaml.md section 6): where layers fill, move and read them, and that they begin empty. RandomProgramTests runs such programs.</summary>
public sealed class RollingBufferTests
{
    private const string Buffer = "{name: line, processors: 0xf0, channels: 4, dim: 5, offset: 0x1000}";

    // An input of two channels, 4x4: layer 0 is there because the first layer reads the input; 2 inserts one row.
    private static readonly string[] Layers =
    [
        "{op: conv2d, kernel_size: 1x1, pad: 0, processors: 3, output_processors: 3, out_offset: 0x2000}",
        "{op: none, in_sequences: line, processors: 0xf0, output_processors: 0xf0, in_channels: 4, in_dim: 5, in_offset: 0x1008, out_offset: 0x1000, buffer_shift: 2}",
        "{op: mlp, in_sequences: 0, flatten: true, processors: 3, output_processors: 0xf0, in_offset: 0x2000, out_offset: 0x1010, buffer_insert: 1}",
        "{op: conv1d, kernel_size: 3, pad: 0, in_sequences: line, processors: 0xf0, in_channels: 4, in_dim: 5, in_offset: 0x1000, out_offset: 0x3000}",
    ];

    [Fact]
    public void BufferWithZerosBehindIt_IsEmptiedOnceBeforeTheFirstInference()
    {
        SynthesizedNetwork network = Synthesize(Layers);
        ProgramFunction[] clearing = [.. network.Program.Functions.Where(f => f.Accesses.Any(a => a.Operation == AccessOperation.FillZero))];
        Assert.Equal(["cnn_init"], clearing.Select(f => f.Name));

        // Five rows and the two that the shift brings in, of which the inserted row replaces only one.
        Assert.Equal([(0x50409000u, 7)], clearing[0].Accesses.Where(a => a.Operation == AccessOperation.FillZero).Select(a => (a.Address, a.Count)));
    }

    [Fact]
    public void RowsThatAreReplaced_AreNotEmptied()
    {
        string[] layers = [Layers[0], Layers[1].Replace("buffer_shift: 2", "buffer_shift: 1", StringComparison.Ordinal).Replace("0x1008", "0x1004", StringComparison.Ordinal), .. Layers[2..]];
        Assert.Equal([5], Synthesize(layers).Program.Functions.Single(f => f.Name == "cnn_init").Accesses.Where(a => a.Operation == AccessOperation.FillZero).Select(a => a.Count));
    }

    [Fact]
    public void SelfTest_HasEmptiedTheBufferAlready() =>
        Assert.DoesNotContain(Synthesize(Layers, new() { ZeroMemories = true }).Program.Functions.Single(f => f.Name == "cnn_init").Accesses, a => a.Operation == AccessOperation.FillZero);

    [Theory]
    [InlineData(1, "0x1008", "0x1000", "connected-layers")]
    [InlineData(1, "out_offset: 0x1000", "out_offset: 0x1004", "connected-layers")]
    [InlineData(2, "out_offset: 0x1010", "out_offset: 0x100c", "connected-layers")]
    [InlineData(2, "output_processors: 0xf0", "output_processors: 0xf00", "connected-layers")]
    [InlineData(3, "in_offset: 0x1000", "in_offset: 0x1004", "connected-layers")]
    [InlineData(3, "out_offset: 0x3000", "out_offset: 0x1018, output_processors: 0xf0", "live-data")]
    [InlineData(0, "op: conv2d", "in_sequences: [input, input], op: conv2d", "first-input")]
    public void LayerBesideTheBuffer_IsRefused(int layer, string right, string wrong, string rule)
    {
        string[] layers = [.. Layers];
        Assert.Contains(right, layers[layer], StringComparison.Ordinal);
        layers[layer] = layers[layer].Replace(right, wrong, StringComparison.Ordinal);
        LimitViolation violation = Assert.Throws<LimitException>(() => Synthesize(layers)).Violations[0];
        Assert.Equal(rule, violation.Rule.Id);
        Assert.StartsWith($"layer {layer} ", violation.Where, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("processors: 0xf0", "processors: 0x70")]
    [InlineData("offset: 0x1000", "offset: 0x7ff0")]
    [InlineData("dim: 5", "dim: 5, width: 32")]
    public void BufferThatDoesNotFit_IsRefused(string right, string wrong)
    {
        LimitException refusal = Assert.Throws<LimitException>(() => Synthesize(Layers, buffer: Buffer.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Contains(refusal.Violations, violation => violation.Rule == GeneratorLimits.DataBufferPlace && violation.Where.Contains("line", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{processors: 0xf, channels: 4, dim: 3, offset: 0x3000}", "")]
    [InlineData("{processors: 0x7, channels: 4, dim: 3, offset: 0x3000}", "unload-range")]
    [InlineData("{processors: 0xf, channels: 4, dim: 3, offset: 0x7ff8}", "unload-range")]
    public void PartThatIsUnloaded_LiesInMemory(string part, string rule)
    {
        string text = $"{{arch: a, dataset: d, data_buffer: [{Buffer}], unload: [{part}], layers: [{string.Join(", ", Layers)}]}}";
        if (rule.Length == 0) Synthesize(text);
        else Assert.Equal([rule], Assert.Throws<LimitException>(() => Synthesize(text)).Violations.Select(v => v.Rule.Id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FurtherImages_AreFirstOnesOnceTheBufferIsEmpty(bool selfTest)
    {
        SynthesizedNetwork network = Synthesize(Layers, new() { ZeroMemories = selfTest });
        var session = new SimulationSession(Project(network), new AcceleratorOptions());
        foreach (int seed in (int[])[1, 2, 3])
        {
            sbyte[] sample = Networks.Sample(network.Placement.Network, new Random(seed));
            foreach (BusWrite write in network.EmptyBuffers) session.Accelerator.Write(write);
            session.Run(network.CreatePacker().ToBusWrites(sample).AsSpan());
            int[] expected = IntegerReference.Run(network.Placement.Network, sample)[^1];
            LayerPlacement last = network.Placement.Layers[^1];
            for (int i = 0; i < expected.Length; i++)
            {
                DataSlot slot = last.OutputSlot(i / last.Layer.Output.Pixels, i % last.Layer.Output.Pixels);
                Assert.Equal(expected[i], (sbyte)(session.Accelerator.ReadResult(slot.Address, 0xffu << (8 * slot.Lane)) >> (8 * slot.Lane)));
            }
        }
    }

    private static LoadedProject Project(SynthesizedNetwork network)
    {
        string folder = Directory.CreateTempSubdirectory("ai8x-buffer-").FullName;
        try
        {
            VectorWriter.Write(network, folder);
            return VectorFolderReader.Read(folder);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static SynthesizedNetwork Synthesize(string[] layers, SynthesisOptions? options = null, string buffer = Buffer) =>
        Synthesize($"{{arch: a, dataset: d, data_buffer: [{buffer}], layers: [{string.Join(", ", layers)}]}}", options);

    private static SynthesizedNetwork Synthesize(string text, SynthesisOptions? options = null)
    {
        QuantizedNetwork network = Networks.Network(
            new(4, 4, 2), NetworkYaml.Read(text, "line.yaml"),
            Networks.Arrays([2, 2, 1, 1], i => 40 + i), Networks.Arrays([4, 32], i => i % 7 - 3), Networks.Arrays([4, 4, 3], i => i % 5 - 2));
        return Networks.Synthesize(network, options);
    }
}

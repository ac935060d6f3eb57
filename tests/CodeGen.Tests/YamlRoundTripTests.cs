// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;
using CsCheck;

namespace Ai8x.CodeGen.Tests;

/// <summary>What is written is read back as the same description.</summary>
public sealed class YamlRoundTripTests
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char["abcXYZ019_-.:#'\"\\ &*!|>%@`{}[],?é漢"], 1, 20].Where(text => text.Trim() == text && text.Length > 0),
        Pick("null", "Null", "~", "true", "no", "1", "0x10", "-1", "- a", "a: b", "<<", "=", "1e3", "on", "conv1.2", "a\ud83d\ude00b", "3x3", "#x", "it's", "\\u0041"));

    private static readonly Gen<string?> Name = Gen.OneOf(
        Gen.Const((string?)null),
        Text.Where(text => !YamlNumber(text) && !text.Equals("stop", StringComparison.OrdinalIgnoreCase)).Select(text => (string?)text));

    private static readonly Gen<ProcessorMap> Map = Gen.ULong[1, ulong.MaxValue].Select(bits => new ProcessorMap(bits));

    private static readonly Gen<int> Offset = Gen.Int[0, 8191].Select(words => words * 4);

    private static readonly Gen<Pooling?> Window = Gen.Select(Gen.Enum<PoolingKind>(), Gen.Int[1, 16], Gen.Int[1, 16], Gen.Int[1, 16], Gen.Bool, (kind, rows, columns, stride, any) =>
        any && (rows, columns, stride) != (1, 1, 1) ? new Pooling(kind, rows, columns, stride) : null);

    private static readonly Gen<LayerDescription> Layer =
        from processors in Map
        from output in Optional(Map)
        from linear in Gen.Bool
        from shape in Gen.Select(Pick(0, 1, 3), Gen.Int[0, 2], Gen.Bool)
        from window in Window
        from channels in Gen.Select(Optional(Gen.Int[1, 64]), Optional(Gen.Int[1, 64]))
        from dimensions in Optional(Gen.Select(Gen.Int[1, 1023], Gen.Int[1, 1023], (rows, columns) => (rows, columns)))
        from offsets in Gen.Select(Optional(Offset), Offset)
        from numbers in Gen.Select(Optional(Gen.Int[-15, 8]), Optional(Pick(1, 2, 4, 8)), Gen.Bool, Gen.Enum<ActivationKind>())
        from flags in Gen.Select(Gen.Bool, Gen.Bool)
        from quadrants in Gen.Int[0, 3].ArrayUnique[0, 4]
        select new LayerDescription
        {
            Processors = processors,
            OutputProcessors = output,
            Operator = linear ? LayerOperator.Linear : LayerOperator.Conv2d,
            KernelRows = linear || shape.Item1 == 0 ? null : shape.Item1,
            KernelColumns = linear || shape.Item1 == 0 ? null : shape.Item1,
            Padding = linear || shape.Item1 == 1 ? 0 : shape.Item3 ? null : shape.Item2,
            Pooling = linear && flags.Item1 ? null : window,
            InputChannels = channels.Item1,
            OutputChannels = channels.Item2,
            InputDimensions = dimensions,
            InputOffset = offsets.Item1,
            OutputOffset = offsets.Item2,
            OutputShift = numbers.Item1,
            WeightBits = numbers.Item2,
            OutputWidth = numbers.Item3 ? 32 : 8,
            Activation = numbers.Item3 ? ActivationKind.None : numbers.Item4,
            Flatten = linear && flags.Item1,
            IsOutput = flags.Item2,
            BiasQuadrants = [.. quadrants],
        };

    private static readonly Gen<NetworkDescription> Network =
        from architecture in Text
        from dataset in Text
        from map in Optional(Map)
        from layers in Layer.Array[1, 6]
        from names in Name.Array[6]
        from chw in Gen.Bool
        select new NetworkDescription
        {
            Architecture = architecture,
            Dataset = dataset,
            OutputMap = map,
            Layers =
            [
                .. layers.Select((layer, i) => layer with
                {
                    Name = names[i] is string name && names.Take(i).All(other => !name.Equals(other, StringComparison.OrdinalIgnoreCase)) ? name : null,
                    DataFormat = i == 0 && chw ? DataFormat.Chw : DataFormat.Hwc,
                    Processors = i == 0 && chw ? new ProcessorMap(layer.Processors.Bits & 0x1111_1111_1111_1111 | 1) : layer.Processors,
                }),
            ],
        };

    [Fact]
    public void WrittenDescription_IsReadBackAsTheSame() => Network.Sample(
        network =>
        {
            string text = NetworkYaml.Write(network);
            NetworkDescription read = NetworkYaml.Read(text, "again.yaml");
            Assert.Equal((network.Architecture, network.Dataset, network.OutputMap), (read.Architecture, read.Dataset, read.OutputMap));
            Assert.Equal(network.Layers.Select(Plain), read.Layers.Select(Plain));
            Assert.Equal(network.Layers.Select(Quadrants), read.Layers.Select(Quadrants));
            Assert.Equal(text, NetworkYaml.Write(read));
        },
        iter: 500,
        seed: "0000KOIPe3v1",
        threads: 1);

    [Fact]
    public void WrittenText_IsCanonical()
    {
        var network = new NetworkDescription
        {
            Architecture = "net",
            Dataset = "two words",
            Layers = [new LayerDescription { Name = "c1", Processors = new ProcessorMap(7), Padding = 1, Activation = ActivationKind.Relu, OutputOffset = 0x2000, Pooling = new(PoolingKind.Max, 2, 2, 2) }],
        };
        Assert.Equal(
            """
            # Network description for the MAX78000. Maps have one bit per processor, offsets count bytes.
            arch: net
            dataset: "two words"

            layers:
              # Layer 0
              - name: c1
                op: conv2d
                processors: 0x0000000000000007
                data_format: HWC
                max_pool: 2
                pool_stride: 2
                pad: 1
                activate: ReLU
                out_offset: 0x2000

            """.ReplaceLineEndings("\n"),
            NetworkYaml.Write(network));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" x")]
    [InlineData("two\nlines: injected")]
    [InlineData("\u202ereversed")]
    [InlineData("\ud800")]
    public void TextThatCouldNotBeReadBack_IsNotWritten(string name)
    {
        var network = new NetworkDescription { Architecture = "a", Dataset = "b", Layers = [new LayerDescription { Name = name, Processors = new ProcessorMap(1) }] };
        Assert.Throws<ArgumentException>(() => NetworkYaml.Write(network));
    }

    private static LayerDescription Plain(LayerDescription layer) => layer with { Line = 0, BiasQuadrants = [] };

    private static string Quadrants(LayerDescription layer) => string.Join(',', layer.BiasQuadrants);

    private static Gen<T?> Optional<T>(Gen<T> gen)
        where T : struct => Gen.Select(Gen.Bool, gen, (any, value) => any ? value : (T?)null);

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static bool YamlNumber(string text) => text.All(c => char.IsAsciiHexDigit(c) || c is 'x' or 'X' or '_' or '-' or '+');
}

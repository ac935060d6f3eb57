// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;
using Ai8x.RandomNetworks;
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
        Text.Where(text => !YamlNumber(text) && !text.Equals("stop", StringComparison.OrdinalIgnoreCase) && !text.StartsWith("buffer", StringComparison.Ordinal)).Select(text => (string?)text));

    private static readonly Gen<ProcessorMap> Map = Gen.ULong[1, ulong.MaxValue].Select(bits => new ProcessorMap(bits));

    private static readonly Gen<int> Offset = Gen.Int[0, 8191].Select(words => words * 4);

    private static readonly Gen<Pooling?> Window = Gen.Select(Gen.Enum<PoolingKind>(), Gen.Int[1, 16], Gen.Int[1, 16], Gen.Int[1, 16], Gen.Bool, (kind, rows, columns, stride, any) =>
        any && (rows, columns, stride) != (1, 1, 1) ? new Pooling(kind, rows, columns, stride) : null);

    private static readonly Gen<(LayerOperator Operator, int? Rows, int? Columns, int? Padding)> Operator = Gen.Select(Gen.Enum<LayerOperator>(), Gen.Int[0, 9], Gen.Int[0, 2], Gen.Bool, (op, size, pad, any) => op switch
    {
        LayerOperator.Conv2d when size % 3 == 1 => (op, 1, 1, 0),
        LayerOperator.Conv2d or LayerOperator.ConvTranspose2d => (op, any ? 3 : (int?)null, any ? 3 : (int?)null, size % 3 == 0 ? null : (int?)pad),
        LayerOperator.Conv1d => (op, size == 0 ? null : size, size == 0 ? null : 1, size == 1 ? 0 : Math.Min(pad, size == 0 ? 2 : size - 1)),
        _ => (op, null, null, any ? 0 : (int?)null),
    });

    private static readonly Gen<LayerDescription> Layer =
        from processors in Map
        from output in Optional(Map)
        from shape in Operator
        from window in Window
        from elementwise in Gen.Select(Optional(Gen.Enum<ElementwiseKind>()), Gen.Int[2, 16], Gen.Bool)
        from channels in Gen.Select(Optional(Gen.Int[1, 1024]), Optional(Gen.Int[1, 1024]), Gen.Int[0, 3])
        from dimensions in Optional(Gen.Select(Gen.Int[1, 1023], Gen.Int[1, 1023], (rows, columns) => (rows, columns)))
        from offsets in Gen.Select(Offset, Offset, Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 2])
        from numbers in Gen.Select(Optional(Gen.Int[-15, 8]), Optional(Pick(1, 2, 4, 8)), Gen.Bool, Gen.Enum<ActivationKind>())
        from flags in Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Int[1, 9])
        from quadrants in Gen.Int[0, 3].ArrayUnique[0, 4]
        select new LayerDescription
        {
            Processors = processors,
            OutputProcessors = output,
            Operator = shape.Operator,
            KernelRows = shape.Rows,
            KernelColumns = shape.Columns,
            Padding = shape.Padding,
            Elementwise = elementwise.Item1,
            Operands = elementwise.Item1 is null ? 1 : elementwise.Item2,
            PoolFirst = elementwise.Item3,
            Dilation = shape.Operator == LayerOperator.Conv1d ? flags.Item4 : 1,
            Pooling = flags.Item1 ? null : window,
            InputChannels = channels.Item1,
            OutputChannels = channels.Item2,
            InputChannelSkip = channels.Item3,
            InputDimensions = dimensions,
            Crop = (offsets.Item4, offsets.Item5),
            InputOffset = flags.Item3 ? offsets.Item1 : null,
            OutputOffset = offsets.Item2,
            WriteGap = offsets.Item3,
            OutputShift = numbers.Item1,
            WeightBits = numbers.Item2,
            OutputWidth = numbers.Item3 ? 32 : 8,
            Activation = numbers.Item3 ? ActivationKind.None : numbers.Item4,
            Flatten = flags.Item1,
            Streaming = flags.Item3,
            IsOutput = flags.Item2,
            BiasQuadrants = [.. quadrants],
        };

    private static readonly Gen<(int Input, int Weights, int Simulated, int Shift)> Link = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 3], (a, b, c, d) => (a, b, c, d));

    private static readonly Gen<UnloadRange> Range = Gen.Select(Map, Gen.Int[1, 1024], Gen.Int[1, 1023], Gen.Int[1, 1023], Offset, Gen.Bool, Gen.Int[0, 3], (map, channels, rows, columns, offset, wide, gap) =>
        new UnloadRange(map, channels, rows, columns, offset, wide ? 32 : 8, gap));

    private static readonly Gen<NetworkDescription> Network =
        from architecture in Text
        from dataset in Text
        from map in Optional(Map)
        from layers in Layer.Array[1, 6]
        from names in Name.Array[6]
        from links in Link.Array[6]
        from ranges in Range.Array[0, 3]
        from chw in Gen.Bool
        select new NetworkDescription
        {
            Unload = [.. ranges],
            DataBuffers = [.. ranges.Select((range, i) => new DataBuffer($"buffer {i}", range.Processors, range.Channels, range.Rows, range.Columns, range.Offset, range.Width))],
            Architecture = architecture,
            Dataset = dataset,
            OutputMap = map,
            Layers =
            [
                .. layers.Select((layer, i) => Linked(layer, i, layers.Length, ranges.Length, links[i]) with
                {
                    Name = names[i] is string name && names.Take(i).All(other => !name.Equals(other, StringComparison.OrdinalIgnoreCase)) ? name : null,
                    DataFormat = i == 0 && chw ? DataFormat.Chw : DataFormat.Hwc,
                    Processors = i == 0 && chw ? new ProcessorMap(layer.Processors.Bits & 0x1111_1111_1111_1111 | 1) : layer.Processors,
                }),
            ],
        };

    [Fact]
    public void WrittenDescription_IsReadBackAsTheSame() => Network.ForEach(
        500,
        network =>
        {
            string text = NetworkYaml.Write(network);
            NetworkDescription read = NetworkYaml.Read(text, "again.yaml");
            Assert.Equal((network.Architecture, network.Dataset, network.OutputMap), (read.Architecture, read.Dataset, read.OutputMap));
            Assert.Equal(network.Layers.Select(Plain), read.Layers.Select(Plain));
            Assert.Equal(network.Layers.Select(Lists), read.Layers.Select(Lists));
            Assert.Equal(network.Unload, read.Unload);
            Assert.Equal(network.DataBuffers, read.DataBuffers);
            Assert.Equal(text, NetworkYaml.Write(read));
        });

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

    private static LayerDescription Linked(LayerDescription layer, int index, int layers, int buffers, (int Input, int Weights, int Simulated, int Shift) link)
    {
        int[] inputs = link.Input switch { 0 => [-1], 1 or 2 => [index - 1], 3 or 4 when index > 1 => [0, index - 1], 5 or 6 when buffers > 0 => [-1 - buffers], _ => [] };
        bool buffer = inputs is [< -1];
        return layer with
        {
            InputLayers = [.. inputs],
            InputChannels = buffer ? layer.InputChannels ?? 3 : layer.InputChannels,
            InputDimensions = buffer ? layer.InputDimensions ?? (4, 1) : layer.InputDimensions,
            InputOffset = buffer ? layer.InputOffset ?? 0 : layer.InputOffset,
            WeightSource = link.Weights < layers && link.Weights != index ? link.Weights : null,
            SimulatedSequence = link.Simulated == 9 ? -1 : link.Simulated > index && link.Simulated < layers ? link.Simulated : null,
            BufferShift = buffer && link.Shift > 0 ? link.Shift : null,
            BufferInsert = link.Shift == 2 ? 5 : null,
        };
    }

    private static LayerDescription Plain(LayerDescription layer) => layer with { Line = 0, BiasQuadrants = [], InputLayers = [] };

    private static string Lists(LayerDescription layer) => string.Join(',', layer.BiasQuadrants) + "/" + string.Join(',', layer.InputLayers);

    private static Gen<T?> Optional<T>(Gen<T> gen)
        where T : struct => Gen.Select(Gen.Bool, gen, (any, value) => any ? value : (T?)null);

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static bool YamlNumber(string text) => text.All(c => char.IsAsciiHexDigit(c) || c is 'x' or 'X' or '_' or '-' or '+');
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Runtime.Intrinsics.X86;
using Ai8x.Networks;
using Ai8x.Quant.Fast;
using Ai8x.RandomNetworks;
using Ai8x.Tensors;
using CsCheck;

namespace Ai8x.Quant.Tests;

/// <summary>The fast path against the plain loops.</summary>
public sealed class IntegerEvaluatorTests
{
    public static TheoryData<int> Widths()
    {
        TheoryData<int> widths = [(int)KernelWidth.Scalar];
        if (Lanes128.IsSupported) widths.Add((int)KernelWidth.Bits128);
        if (Avx2.IsSupported) widths.Add((int)KernelWidth.Bits256);
        if (Avx512BW.IsSupported) widths.Add((int)KernelWidth.Bits512);
        return widths;
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Evaluator_GivesTheIntegersOfThePlainLoops(int width) => Cases().ForEach(
        150,
        c =>
        {
            ImmutableArray<int[]> expected = IntegerReference.Run(c.Network, c.Sample);
            ImmutableArray<int[]> actual = new IntegerEvaluator(c.Network, (KernelWidth)width).Run(c.Sample, SampleOrder.ChannelsFirst);
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i]);
        });

    [Fact]
    public void Evaluator_SaturatesAndRoundsAtEveryShift()
    {
        for (int shift = -15; shift <= 15; shift++)
        {
            NetworkDescription description = Samples.Description(Samples.Conv(3, 1) with { OutputShift = shift });
            QuantizedNetwork network = Samples.Integers(new(8, 8, 2), description, Samples.Arrays([2, 2, 3, 3], [.. Enumerable.Range(0, 36).Select(i => i * 37 % 256 - 128)]) with { Bias = [127, -128] });
            sbyte[] sample = [.. Enumerable.Range(0, 128).Select(i => (sbyte)(i * 91 % 256 - 128))];
            Assert.Equal(IntegerReference.Run(network, sample)[0], new IntegerEvaluator(network).Run(sample, SampleOrder.ChannelsFirst)[0]);
        }
    }

    [Fact]
    public void DataSet_GivesTheSameResultForAnyNumberOfThreadsAndEitherOrder()
    {
        (QuantizedNetwork network, _) = Build(new Random(5), new FeatureShape(6, 7, 3), 3);
        int values = network.Input.Count, count = 37;
        sbyte[] last = [.. Enumerable.Range(0, count * values).Select(i => (sbyte)(i * 7919 % 251 - 125))];
        sbyte[] first = [.. Enumerable.Range(0, count).SelectMany(i => SampleOrders.ToChannelsFirst(last.AsSpan(i * values, values), network.Input))];
        int[] expected = [.. Enumerable.Range(0, count).SelectMany(i => IntegerReference.Run(network, first.AsSpan(i * values, values))[^1])];
        var evaluator = new IntegerEvaluator(network);
        Assert.Equal(expected, evaluator.Evaluate(last, SampleOrder.ChannelsLast, 1, TestContext.Current.CancellationToken));
        Assert.Equal(expected, evaluator.Evaluate(last, SampleOrder.ChannelsLast, 3, TestContext.Current.CancellationToken));
        Assert.Equal(expected, evaluator.Evaluate(first, SampleOrder.ChannelsFirst, 2, TestContext.Current.CancellationToken));
        Assert.Equal(expected, evaluator.Evaluate(new ArraySource(network.Input, last), 2, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void CancelledEvaluation_Throws()
    {
        (QuantizedNetwork network, _) = Build(new Random(5), new FeatureShape(6, 7, 3), 3);
        Assert.ThrowsAny<OperationCanceledException>(
            () => new IntegerEvaluator(network).Evaluate(new sbyte[network.Input.Count * 40], SampleOrder.ChannelsLast, 2, new CancellationToken(true)));
    }

    private static Gen<(QuantizedNetwork Network, sbyte[] Sample)> Cases() =>
        from seed in Gen.Int
        from rows in Gen.Int[1, 12]
        from columns in Gen.Int[1, 12]
        from channels in Gen.Int[1, 20]
        from layers in Gen.Int[1, 3]
        select Build(new Random(seed), new FeatureShape(rows, columns, channels), layers);

    private static (QuantizedNetwork Network, sbyte[] Sample) Build(Random random, FeatureShape input, int layers)
    {
        List<LayerDescription> descriptions = [];
        List<IntegerLayerArrays> arrays = [];
        FeatureShape data = input;
        for (int i = 0; i < layers; i++)
        {
            bool last = i == layers - 1;

            // The pass counter of a flattened map has eight bits (machine.md section 15.2).
            bool linear = last && data.Pixels * LayerShapes.Passes(data.Channels) <= 256 && random.Next(2) == 0;
            int outputs = random.Next(1, 71), bits = 1 << random.Next(4);
            LayerDescription layer = linear ? Samples.Linear(true) : Conv(random, data);
            layer = layer with { WeightBits = bits, OutputShift = random.Next(-9, 3), OutputWidth = last && random.Next(2) == 0 ? 32 : 8 };
            if (layer.OutputWidth == 8) layer = layer with { Activation = (ActivationKind)random.Next(3) };
            int kernel = layer.KernelRows ?? 1, padding = layer.Padding ?? 0;
            FeatureShape pooled = LayerShapes.Pooled(data, layer.Pooling);
            int inputs = linear ? data.Count : data.Channels;
            int[] shape = linear ? [outputs, inputs] : [outputs, inputs, kernel, kernel];
            descriptions.Add(layer);
            arrays.Add(new IntegerLayerArrays
            {
                Shape = [.. shape],
                Weights = [.. Enumerable.Range(0, outputs * inputs * kernel * kernel).Select(_ => random.Next(-1 << (bits - 1), 1 << (bits - 1)))],
                Bias = random.Next(2) == 0 ? [] : [.. Enumerable.Range(0, outputs).Select(_ => random.Next(-128, 128))],
            });
            data = linear
                ? new(1, 1, outputs)
                : new(LayerShapes.ConvolvedSize(pooled.Rows, kernel, padding), LayerShapes.ConvolvedSize(pooled.Columns, kernel, padding), outputs);
        }

        NetworkDescription description = Samples.Description([.. descriptions]);
        var options = new QuantizationOptions { RoundAveragePooling = random.Next(2) == 0 };
        sbyte[] sample = [.. Enumerable.Range(0, input.Count).Select(_ => (sbyte)random.Next(-128, 128))];
        return (Quantizer.FromIntegers("random", input, description, arrays, options), sample);
    }

    private static LayerDescription Conv(Random random, FeatureShape data)
    {
        int smallest = Math.Min(data.Rows, data.Columns);
        Pooling? pooling = random.Next(2) == 0
            ? null
            : new((PoolingKind)random.Next(2), random.Next(1, Math.Min(4, data.Rows) + 1), random.Next(1, Math.Min(4, data.Columns) + 1), random.Next(1, 4));
        FeatureShape pooled = LayerShapes.Pooled(data, pooling);
        bool large = random.Next(3) > 0;
        int padding = large ? Math.Max(random.Next(0, 3), Math.Min(pooled.Rows, pooled.Columns) < 3 ? 1 : 0) : 0;
        return Samples.Conv(large ? 3 : 1, padding) with { Pooling = smallest == 0 ? null : pooling };
    }

    private sealed class ArraySource(FeatureShape shape, sbyte[] values) : SampleSource
    {
        public override string Name => "array";

        public override int Count => values.Length / shape.Count;

        public override SampleShape Shape => new(shape.Rows, shape.Columns, shape.Channels);

        public override ImmutableArray<string> ClassNames => [];

        public override int Label(int index) => 0;

        public override void Fill(ReadOnlySpan<int> indices, Span<sbyte> destination)
        {
            for (int i = 0; i < indices.Length; i++) values.AsSpan(indices[i] * shape.Count, shape.Count).CopyTo(destination[(i * shape.Count)..]);
        }
    }
}

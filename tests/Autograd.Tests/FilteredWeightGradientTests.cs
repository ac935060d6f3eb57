// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Tests;

/// <summary>
/// The weight gradient of a layer that goes by minimal filtering is that of its kernel for the layer's input and output gradient, bit for bit: the test finds both kernel by kernel. With a pooling behind it, dropout between the two or neither; where the
/// input wants a gradient and where it does not, as in a first layer; for any number of workers and width.
/// </summary>
public sealed class FilteredWeightGradientTests
{
    private const int Classes = 5;
    private const int Lanes = LaneLayout.Lanes;
    private const float Divisor = 128;
    private const float DropoutRate = 0.25f;
    private const int DropoutLayer = 9;
    private const ulong Seed = 7;
    private const int Step = 3;

    // As many as make the smallest map worth sharing.
    private const int Inputs = 33;
    private const int Outputs = 65;

    private static readonly VectorWidth Width = VectorWidths.Widest;

    public enum Behind
    {
        Nothing,
        Pooling,
        DropoutAndPooling,
    }

    public static TheoryData<int, int, Behind, bool> Layers
    {
        get
        {
            var data = new TheoryData<int, int, Behind, bool>();
            foreach (bool first in new[] { true, false })
            {
                foreach (Behind behind in Enum.GetValues<Behind>())
                {
                    data.Add(8, 8, behind, first);
                    // Two strips of tiles.
                    data.Add(18, 16, behind, first);
                }

                data.Add(7, 9, Behind.Nothing, first);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void WeightGradient_AnyNumberOfWorkers_IsTheKernels(int height, int width, Behind behind, bool first)
    {
        const int Images = 13;
        var shape = new ConvolutionShape(Inputs, Outputs, height, width, 3, 3, 1, 1);
        Assert.True(MinimalFilterGradient.Takes(shape));
        // More than the least that is shared.
        Assert.True(new WeightGradient(Width, shape, null).MultiplyAdds >= Workspace.LeastWork);
        var network = new Network(shape, behind, first);
        float[] expected = Expected(network, network.RandomBatch(Images));
        Assert.Contains(expected, value => value != 0);
        foreach (VectorWidth vector in Widths)
            foreach (int workers in vector == Width ? new[] { 1, 2, 3, 5 } : [2]) Assert.Equal(Bits(expected), Bits(network.WeightGradient(vector, workers, Images)));
    }

    /// <summary>Blocks of images and layers that are shared at the same time, and a last block of one image.</summary>
    [Theory]
    [MemberData(nameof(Layers))]
    public void AllGradientsOfSomeBlocks_AnyNumberOfWorkers_HaveTheSameBits(int height, int width, Behind behind, bool first)
    {
        var network = new Network(new(Inputs, Outputs, height, width, 3, 3, 1, 1), behind, first);
        float[] alone = network.Gradients(Width, 1, 33);
        foreach (int workers in new[] { 2, 3, 5 }) Assert.Equal(Bits(alone), Bits(network.Gradients(Width, workers, 33)));
    }

    // A width that the machine lacks runs in software, tenfold as long, and has its bits in the kernel's tests.
    private static IEnumerable<VectorWidth> Widths => Enum.GetValues<VectorWidth>().Where(VectorWidths.IsAccelerated);

    private static float[] Expected(Network network, Batch batch)
    {
        int lanes = batch.Count;
        ConvolutionShape shape = network.Shape;
        float[] x = new float[network.Input.Count * Lanes];
        LaneLayout.Scatter(batch.Samples, lanes, network.Input, Divisor, x);
        if (network.Front is { } front) x = Convolve(new(network.Input.Channels, Inputs, shape.Height, shape.Width, 1, 1, 0, 0), front, x, Activation.Rectifier, lanes, []);
        var masks = new ushort[shape.OutputChannels * shape.OutputPixels];
        float[] y = Convolve(shape, network.Weights, x, Activation.Rectifier, lanes, masks), top = y;
        var pool = new PoolingShape(Outputs, shape.OutputHeight, shape.OutputWidth, 2, 2, 2);
        if (network.Behind != Behind.Nothing) top = new float[Outputs * pool.OutputPixels * Lanes];
        if (network.Behind == Behind.Pooling) RoutedPoolKernel.Forward(Width, pool, y, lanes, top, masks);
        if (network.Behind == Behind.DropoutAndPooling)
        {
            var kept = new ushort[masks.Length];
            DropoutKernel.Draw(Width, new CounterRandom(Seed, RandomPurpose.Dropout), DropoutLayer, Step, batch.SampleIndices, new(shape.OutputHeight, shape.OutputWidth, Outputs), DropoutRate, kept);
            RoutedPoolKernel.Forward(Width, pool, y, kept, Survivors, lanes, top, masks);
        }

        float[] dtop = LogitsGradient(network.Top, top, batch), dy = new float[y.Length], gradient = new float[shape.WeightCount], sums = new float[MinimalFilterGradientKernel.SumFloats(shape)];
        if (network.Behind == Behind.Nothing) ActivationKernel.Backward(Width, 1, dtop, masks, masks.Length, lanes, dy);
        else RoutedPoolKernel.Backward(Width, pool, network.Behind == Behind.DropoutAndPooling ? Survivors : 1, dtop, masks, lanes, dy);
        MinimalFilterGradientKernel.Sum(Width, shape, x, dy, 0, MinimalFilterGradientKernel.Rows, lanes, sums);
        MinimalFilterGradientKernel.Kernels(Width, shape, sums, gradient);
        return gradient;
    }

    private static float Survivors => 1 / (1 - DropoutRate);

    /// <summary>The gradient of what the logits are found of.</summary>
    private static float[] LogitsGradient(Parameter weights, float[] top, Batch batch)
    {
        var dense = new ConvolutionShape(top.Length / Lanes, Classes, 1, 1, 1, 1, 0, 0);
        float[] logits = Convolve(dense, weights, top, Activation.Identity, batch.Count, []), error = new float[logits.Length], result = new float[top.Length];
        for (int lane = 0; lane < batch.Count; lane++) SoftmaxCrossEntropy.Backward(logits, Classes, lane, batch.Labels[lane], batch.Count, error);
        var turned = new PackedConvolution(Width, dense.InputGradient);
        turned.PackTurned(weights.Value);
        turned.Forward(error, [], Activation.Identity, batch.Count, result, []);
        return result;
    }

    private static float[] Convolve(ConvolutionShape shape, Parameter weights, float[] x, Activation activation, int lanes, ushort[] masks)
    {
        var convolution = new PackedConvolution(Width, shape);
        var y = new float[shape.OutputChannels * shape.OutputPixels * Lanes];
        convolution.Pack(weights.Value);
        convolution.Forward(x, [], activation, lanes, y, masks);
        return y;
    }

    private static int[] Bits(float[] values) => Array.ConvertAll(values, BitConverter.SingleToInt32Bits);

    /// <summary>The layer, a dense one behind it, and where its input shall want a gradient one of a single tap in front of it.</summary>
    private sealed class Network
    {
        private readonly Tape _tape = new();
        private readonly Variable _logits;
        private readonly Random _random = new(23);

        public Network(ConvolutionShape shape, Behind behind, bool first)
        {
            (Shape, Behind, Input) = (shape, behind, new(shape.Height, shape.Width, first ? Inputs : 3));
            Variable x = _tape.Input(Input);
            if (!first) x = _tape.Relu(_tape.Conv2d(x, Front = New("front", Inputs, 3, 1, 1), null, 0));
            x = _tape.Relu(_tape.Conv2d(x, Weights = New("weights", Outputs, Inputs, 3, 3), null, 1));
            if (behind == Behind.DropoutAndPooling) x = _tape.Dropout(x, DropoutRate, DropoutLayer);
            if (behind != Behind.Nothing) x = _tape.MaxPool(x, 2, 2, 2);
            x = _tape.Flatten(x);
            _logits = _tape.Dense(x, Top = New("top", Classes, x.Shape.Channels), null);
        }

        public ConvolutionShape Shape { get; }

        public Behind Behind { get; }

        public SampleShape Input { get; }

        public Parameter? Front { get; }

        public Parameter Weights { get; }

        public Parameter Top { get; }

        public Batch RandomBatch(int images)
        {
            var random = new Random(images);
            return new Batch
            {
                Count = images,
                Samples = [.. Enumerable.Range(0, images * Input.Count).Select(_ => (sbyte)random.Next(-128, 128))],
                Labels = [.. Enumerable.Range(0, images).Select(_ => random.Next(Classes))],
                SampleIndices = [.. Enumerable.Range(0, images).Select(_ => random.Next(60_000))],
            };
        }

        /// <summary>Gradients of all weights; those of the layer in front are found from the input gradient.</summary>
        public float[] Gradients(VectorWidth width, int workers, int images)
        {
            WeightGradient(width, workers, images);
            return [.. _tape.Parameters.SelectMany(parameter => parameter.Gradient.ToArray())];
        }

        public float[] WeightGradient(VectorWidth width, int workers, int images)
        {
            using var context = new ComputeContext(workers, width);
            using var plan = new ExecutionPlan(_tape, _logits, images, context, training: true);
            plan.ForwardBackward(RandomBatch(images), Divisor, Seed, Step);
            return Weights.Gradient.ToArray();
        }

        private Parameter New(string name, params int[] shape)
        {
            var parameter = new Parameter(name, [.. shape]);
            float limit = 1.7f / MathF.Sqrt((float)parameter.Count / shape[0]);
            foreach (ref float value in parameter.Value) value = (2 * _random.NextSingle() - 1) * limit;
            return parameter;
        }
    }
}

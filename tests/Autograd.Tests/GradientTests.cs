// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Operations;
using Ai8x.Autograd.Planning;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Tests;

/// <summary>Gradients of every operation against finite differences of a plain double-precision network.</summary>
public sealed class GradientTests
{
    private const int Classes = 3;

    // Half-distance of the difference quotient; in double its error is near 1e-9, so what remains is float32 rounding.
    private const double Distance = 1e-5;
    private const double Tolerance = 2e-5;

    [Theory]
    [InlineData(5, 7, 1, 4, 1, 0, false)]
    [InlineData(5, 7, 3, 4, 3, 0, true)]
    [InlineData(6, 5, 2, 7, 3, 1, false)]
    [InlineData(4, 3, 3, 5, 3, 2, true)]
    [InlineData(3, 4, 2, 6, 1, 2, true)]
    [InlineData(1, 1, 3, 4, 3, 1, true)]
    [InlineData(9, 2, 1, 11, 3, 1, true)]
    public void Conv2d_Gradients_MatchFiniteDifferences(int height, int width, int channels, int outputs, int kernel, int padding, bool bias) =>
        Check(new PlainNetwork(new(height, width, channels)).Conv2d(outputs, kernel, padding, bias).Conv2d(2, kernel, padding, bias).Flatten().Dense(Classes, bias), 18);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 0)]
    [InlineData(5, 2)]
    [InlineData(6, 1)]
    [InlineData(7, 2)]
    [InlineData(8, 1)]
    [InlineData(9, 2)]
    public void Conv1d_Gradients_MatchFiniteDifferences(int kernel, int padding) =>
        Check(new PlainNetwork(new(17, 1, 2)).Conv1d(3, kernel, padding, true).Conv1d(2, kernel, padding, false).Flatten().Dense(Classes, true), 5);

    [Theory]
    [InlineData(2, 2, 2)]
    [InlineData(3, 3, 2)]
    [InlineData(2, 3, 1)]
    [InlineData(4, 1, 3)]
    [InlineData(1, 1, 2)]
    public void Pooling_Gradients_MatchFiniteDifferences(int rows, int columns, int stride)
    {
        Check(new PlainNetwork(new(9, 7, 2)).Conv2d(3, 3, 1, true).MaxPool(rows, columns, stride).Conv2d(2, 1, 0, true).Flatten().Dense(Classes, true), 6);
        Check(new PlainNetwork(new(9, 7, 2)).Conv2d(3, 3, 1, true).AveragePool(rows, columns, stride).Conv2d(2, 1, 0, true).Flatten().Dense(Classes, true), 6);
    }

    [Fact]
    public void ElementwiseChains_Gradients_MatchFiniteDifferences()
    {
        Check(new PlainNetwork(new(4, 4, 2)).Conv2d(5, 3, 1, true).Relu().Scale(2).Clamp(-1, 1).Conv2d(3, 1, 0, true).Scale(0.5f).Clamp(-0.1f, 0.2f).Flatten().Dense(Classes, true).Scale(3), 20);
        Check(new PlainNetwork(new(4, 4, 2)).Conv2d(5, 3, 1, true).Clamp(-0.5f, 0.3f).Relu().MaxPool(2, 2, 2).Relu().Clamp(-1, 0.2f).Scale(2).Flatten().Dense(Classes, true), 20);
    }

    /// <summary>Windows in which several pixels lie above the clamp, or none above zero, included.</summary>
    [Theory]
    [InlineData(8, 6, 2)]
    [InlineData(6, 9, 3)]
    public void PoolingBehindRectifierAndClamp_Gradients_MatchFiniteDifferences(int height, int width, int window)
    {
        Check(new PlainNetwork(new(height, width, 2)).Conv2d(7, 3, 1, true).Relu().Clamp(-1, 0.2f).MaxPool(window, window, window).Conv2d(3, 3, 1, true).Relu().Flatten().Dense(Classes, true), 19);
        Check(new PlainNetwork(new(height, width, 2)).Conv2d(3, 3, 1, true).Conv2d(7, 3, 1, true).Relu().MaxPool(window, window, window).Flatten().Dense(Classes, true), 19);
    }

    /// <summary>Two pooled layers, so that one has an input gradient, with chains of each kind in front of the pooling; a scale of one, which is no chain; windows that do not tile.</summary>
    [Fact]
    public void PooledLayers_Gradients_MatchFiniteDifferences()
    {
        foreach (int padding in new[] { 0, 1, 2 })
            Check(
                new PlainNetwork(new(12, 8, 2)).Conv2d(5, 3, 1, true).Relu().Clamp(-1, 0.5f).MaxPool(2, 2, 2).Conv2d(6, 3, padding, true).Relu().Scale(2).Clamp(-1, 0.9f).MaxPool(2, 2, 2).Flatten().Dense(Classes, true), 19);
        Check(new PlainNetwork(new(8, 8, 2)).Conv2d(4, 3, 1, false).Clamp(-0.5f, 0.5f).MaxPool(2, 2, 2).Conv2d(5, 3, 1, false).Clamp(-0.4f, 0.3f).MaxPool(2, 2, 2).Flatten().Dense(Classes, true), 19);
        Check(new PlainNetwork(new(8, 8, 2)).Conv2d(4, 3, 1, true).Scale(1).MaxPool(2, 2, 2).Conv2d(5, 1, 0, true).Relu().MaxPool(2, 2, 2).Flatten().Dense(Classes, true), 19);
    }

    /// <summary>Every padding, odd sides, a chain behind the layer or none; the first layer's input has no gradient.</summary>
    [Fact]
    public void MinimallyFilteredLayers_Gradients_MatchFiniteDifferences()
    {
        PlainNetwork network = new PlainNetwork(new(7, 9, 16)).Conv2d(17, 3, 1, true).Relu().Conv2d(16, 3, 0, true).Clamp(-1, 1).Conv2d(18, 3, 2, false).Flatten().Dense(Classes, true);
        AssertMinimallyFiltered(network, forwards: 3, backwards: 2, weights: 2);
        Check(network, 5);
    }

    /// <summary>Windows that are the tiles of a minimally filtered layer, and such that are not, because a side is odd or they overlap; 17 images are one more than a block.</summary>
    [Fact]
    public void MinimallyFilteredLayersInFrontOfPooling_Gradients_MatchFiniteDifferences()
    {
        PlainNetwork tiled = new PlainNetwork(new(8, 12, 5)).Conv2d(16, 1, 0, true).Clamp(-1, 1).Conv2d(20, 3, 1, true).Relu().Clamp(-1, 0.8f).MaxPool(2, 2, 2).Conv2d(16, 3, 1, true).Relu().MaxPool(2, 2, 2).Flatten().Dense(Classes, true);
        AssertMinimallyFiltered(tiled, forwards: 2, backwards: 2, weights: 1);
        Check(tiled, 17);
        PlainNetwork other = new PlainNetwork(new(7, 6, 3)).Conv2d(16, 3, 1, true).Relu().Conv2d(17, 3, 1, true).Relu().MaxPool(2, 2, 1).Conv2d(16, 3, 1, false).Relu().Scale(2).Clamp(-1, 0.9f).MaxPool(2, 2, 2).Flatten().Dense(Classes, true);
        AssertMinimallyFiltered(other, forwards: 2, backwards: 2, weights: 0);
        Check(other, 5);
    }

    /// <summary>First layers, whose outputs' gradients are found part by part, pooled and not, with more tiles than a strip has; and layers whose outputs are found at once.</summary>
    [Fact]
    public void MinimallyFilteredWeights_Gradients_MatchFiniteDifferences()
    {
        PlainNetwork pooled = new PlainNetwork(new(18, 16, 17)).Conv2d(33, 3, 1, true).Relu().MaxPool(2, 2, 2).Conv2d(16, 3, 1, true).Relu().Clamp(-1, 0.9f).MaxPool(2, 2, 2).Flatten().Dense(Classes, true);
        AssertMinimallyFiltered(pooled, forwards: 2, backwards: 1, weights: 2);
        Check(pooled, 3);
        PlainNetwork plain = new PlainNetwork(new(15, 19, 16)).Conv2d(32, 3, 1, true).Clamp(-1, 1).MaxPool(3, 3, 2).Conv2d(16, 3, 1, false).Flatten().Dense(Classes, true);
        AssertMinimallyFiltered(plain, forwards: 2, backwards: 1, weights: 2);
        Check(plain, 3);
    }

    [Fact]
    public void ReshapeAndPenalty_Gradients_MatchFiniteDifferences() =>
        Check(new PlainNetwork(new(6, 1, 4)).Conv1d(6, 3, 1, true).Relu().Penalty(0.01f).Clamp(-1, 1).Reshape(new(3, 3, 4)).Conv2d(2, 3, 1, true).Penalty(0.02f).Flatten().Dense(Classes, true), 19);

    [Fact]
    public void Residual_Gradients_MatchFiniteDifferences()
    {
        var network = new PlainNetwork(new(5, 4, 2));
        network.Conv2d(3, 3, 1, true).Relu();
        Variable saved = network.Save(0);
        network.Conv2d(3, 3, 1, false).AddSaved(0, saved).Relu();
        saved = network.Save(1);
        network.Conv2d(3, 1, 0, true).Clamp(-1, 1).AddSaved(1, saved).AddSaved(1, saved).Flatten().Dense(Classes, true);
        Check(network, 7);
    }

    [Theory]
    [InlineData(3, 3, 1, 1, 1, true)]
    [InlineData(2, 5, 3, 4, 0, false)]
    [InlineData(4, 3, 2, 5, 2, true)]
    [InlineData(1, 1, 4, 3, 1, true)]
    [InlineData(1, 4, 5, 9, 0, false)]
    public void ConvTranspose2d_Gradients_MatchFiniteDifferences(int height, int width, int channels, int outputs, int padding, bool bias) =>
        Check(new PlainNetwork(new(height, width, channels)).Conv2d(channels, 1, 0, true).ConvTranspose2d(outputs, padding, bias).Clamp(-1, 1).Conv2d(2, 1, 0, bias).Flatten().Dense(Classes, bias), 18);

    [Fact]
    public void Difference_Gradients_MatchFiniteDifferences()
    {
        var network = new PlainNetwork(new(5, 3, 2));
        network.Conv2d(3, 3, 1, true).Clamp(-1, 1);
        Variable saved = network.Save(0);
        network.Conv2d(3, 1, 0, true).SubtractFromSaved(0, saved).Clamp(-1, 1).SubtractSaved(0, saved).Conv2d(2, 1, 0, true).Flatten().Dense(Classes, true);
        Check(network, 19);
    }

    [Fact]
    public void Concatenation_Gradients_MatchFiniteDifferences()
    {
        var network = new PlainNetwork(new(3, 5, 2));
        Variable input = network.Save(0);
        network.Conv2d(3, 3, 1, true).Relu().ConcatenateSaved(0, input);
        Variable saved = network.Save(1);
        network.Conv2d(5, 1, 0, true).ConcatenateSaved(1, saved).Conv2d(2, 3, 1, true).Flatten().Dense(Classes, true);
        Check(network, 17);
    }

    [Theory]
    [InlineData(3, 4, 2)]
    [InlineData(5, 1, 3)]
    [InlineData(1, 1, 4)]
    public void Permutation_Gradients_MatchFiniteDifferences(int height, int width, int channels)
    {
        foreach ((int a, int b, int c) in new[] { (0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0) })
        {
            Check(new PlainNetwork(new(height, width, channels)).Conv2d(channels, 1, 0, true).Permute(a, b, c).Conv2d(3, 1, 0, true).Permute(a, b, c).Flatten().Dense(Classes, true), 6);
        }
    }

    [Fact]
    public void WeightPenalty_Gradients_MatchFiniteDifferences() =>
        Check(new PlainNetwork(new(4, 3, 2)).Conv2d(3, 3, 1, true).Relu().Penalty(0.03f).Flatten().Dense(Classes, true).WeightPenalty(0, 0.05f).WeightPenalty(2, 0.2f), 19);

    [Fact]
    public void WeightPenalty_IsPartOfTheLossOfInferenceToo()
    {
        PlainNetwork network = new PlainNetwork(new(2, 2, 1)).Flatten().Dense(Classes, true).WeightPenalty(0, 0.5f);
        Batch batch = network.RandomBatch(7);
        using var context = new ComputeContext(1);
        using var plan = new ExecutionPlan(network.Tape, network.Top, 7, context, training: false);
        BatchResult result = plan.Forward(batch, 128, new float[7 * Classes]);
        Assert.Equal(network.MeanLoss(batch, 128), result.MeanLoss, 1e-5);
        Assert.Equal(0.5 * network.Values[network.Parameters[0]].Sum(value => value * value), result.PenaltySum / 7, 1e-9);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void BitwiseOperations_AreStraightThrough(bool exclusive)
    {
        var tape = new Tape();
        Variable x = tape.Input(new(1, 1, 3));
        Parameter left = Weights("left", 0.31f), right = Weights("right", -0.27f);
        Variable a = tape.Dense(x, left, null), b = tape.Dense(x, right, null);
        Variable logits = exclusive ? tape.Xor(a, b) : tape.Or(a, b);
        var batch = new Batch { Count = 1, Samples = [10, -20, 30], Labels = [2], SampleIndices = [0] };
        using var context = new ComputeContext(1);
        using var inference = new ExecutionPlan(tape, logits, 1, context, training: false);
        using var training = new ExecutionPlan(tape, logits, 1, context, training: true);
        float[] values = new float[3];
        inference.Forward(batch, 128, values);
        training.ForwardBackward(batch, 128, 0, 0);

        // The gradient of the result is the softmax error; both operands receive it, so each weight has error times input.
        double total = values.Sum(value => Math.Exp(value));
        for (int o = 0; o < 3; o++)
        {
            double error = Math.Exp(values[o]) / total - (o == 2 ? 1 : 0);
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(error * batch.Samples[i] / 128, left.Gradient[o * 3 + i], 1e-6);
                Assert.Equal(left.Gradient[o * 3 + i], right.Gradient[o * 3 + i]);
            }
        }

        static Parameter Weights(string name, float value)
        {
            var parameter = new Parameter(name, [3, 3]);
            for (int i = 0; i < 9; i++) parameter.Value[i] = value + 0.1f * i;
            return parameter;
        }
    }

    /// <summary>The network has so many convolutions, and gradients of their inputs and weights, that minimal filtering takes: another rule of what it takes may not empty a test.</summary>
    private static void AssertMinimallyFiltered(PlainNetwork network, int forwards, int backwards, int weights)
    {
        ConvolutionOperation[] convolutions = [.. PlanFusion.Reachable(network.Tape, network.Top).OfType<ConvolutionOperation>()];
        Assert.Equal(forwards, convolutions.Count(convolution => MinimalFilter.Takes(convolution.Shape)));
        Assert.Equal(backwards, convolutions.Count(convolution => convolution.Inputs[0] != network.Tape.InputVariable && MinimalFilter.Takes(convolution.Shape.InputGradient)));
        Assert.Equal(weights, convolutions.Count(convolution => MinimalFilterGradient.Takes(convolution.Shape)));
    }

    private static void Check(PlainNetwork network, int count)
    {
        Batch batch = network.RandomBatch(count);
        using var context = new ComputeContext(2);
        using var plan = new ExecutionPlan(network.Tape, network.Top, count + 3, context, training: true);
        BatchResult result = plan.ForwardBackward(batch, 128, 1, 0);
        Assert.Equal(network.MeanLoss(batch, 128), result.MeanLoss, 1e-5);
        Assert.NotEmpty(network.Tape.Parameters);
        foreach (Parameter parameter in network.Tape.Parameters)
        {
            float[] gradient = parameter.Gradient.ToArray();
            Func<double> loss = network.LossAsFunctionOf(parameter, batch, 128);
            // A few elements of a large parameter are enough, first and last included.
            for (int i = 0; i < parameter.Count; i += Math.Max(1, (parameter.Count - 1) / 7))
            {
                double[] values = network.Values[parameter];
                double value = values[i];
                values[i] = value + Distance;
                double above = loss();
                values[i] = value - Distance;
                double below = loss();
                values[i] = value;
                double expected = (above - below) / (2 * Distance);
                Assert.True(Math.Abs(expected - gradient[i]) <= Tolerance * Math.Max(1, Math.Abs(expected)), $"{parameter} element {i}: expected {expected}, got {gradient[i]}");
            }
        }
    }
}

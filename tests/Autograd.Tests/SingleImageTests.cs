// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using Ai8x.Autograd.Operations;
using Ai8x.Autograd.Planning;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Tests;

/// <summary>An image has the same bits alone, with six others and among 256, over random networks.</summary>
public sealed class SingleImageTests
{
    private const int Many = 256;
    private const int Classes = 5;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void Logits_AloneInSevenAndInMany_HaveTheSameBits(int seed)
    {
        var random = new Random(seed);
        (Tape tape, Variable logits) = RandomNetwork(random);
        AssertSameBits(random, tape, logits);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void LogitsOfMinimallyFilteredLayers_AloneInSevenAndInMany_HaveTheSameBits(int seed)
    {
        var random = new Random(seed);
        (Tape tape, Variable logits) = FilteredNetwork(random);
        AssertSameBits(random, tape, logits);
    }

    private static void AssertSameBits(Random random, Tape tape, Variable logits)
    {
        Batch batch = RandomBatch(random, tape);
        foreach (VectorWidth width in Enum.GetValues<VectorWidth>())
        {
            using var context = new ComputeContext(1 + random.Next(3), width);
            using var plan = new ExecutionPlan(tape, logits, Many, context, training: false);
            var all = new float[Many * Classes];
            plan.Forward(batch, 128, all);
            foreach ((int first, int count) in new[] { (0, 1), (Many - 1, 1), (31, 7), (100, 12), (64, 13) })
            {
                var some = new float[count * Classes];
                BatchResult result = plan.Forward(Part(batch, first, count), 128, some);
                Assert.True(MemoryMarshal.AsBytes<float>(all.AsSpan(first * Classes, some.Length)).SequenceEqual(MemoryMarshal.AsBytes<float>(some)), $"{width}: {count} images from {first} on differ");
                double penalty = 0;
                for (int i = 0; i < count; i++) penalty += plan.Forward(Part(batch, first + i, 1), 128, some).PenaltySum;
                Assert.Equal(penalty, result.PenaltySum);
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void FrozenWeights_StandUntilTheyAreFrozenAgain(int images)
    {
        for (int seed = 74; seed < 82; seed++)
        {
            var random = new Random(seed);
            (Tape tape, Variable logits) = RandomNetwork(random);
            Batch batch = Part(RandomBatch(random, tape), 0, images);
            using var context = new ComputeContext(2);
            using var plan = new ExecutionPlan(tape, logits, 40, context, training: false);
            using var frozen = new ExecutionPlan(tape, logits, 40, context, training: false);
            var output = new float[images * Classes];
            BatchResult before = plan.Forward(batch, 128, output);
            frozen.FreezeWeights();
            Assert.Equal(before, frozen.Forward(batch, 128, output));
            // Weights and biases of every layer.
            foreach (Parameter parameter in tape.Parameters) parameter.Value[0] += 0.25f;
            BatchResult after = plan.Forward(batch, 128, output);
            Assert.NotEqual(before.LossSum, after.LossSum);
            Assert.Equal(before.LossSum, frozen.Forward(batch, 128, output).LossSum);
            frozen.FreezeWeights();
            Assert.Equal(after, frozen.Forward(batch, 128, output));
            using var training = new ExecutionPlan(tape, logits, 40, context, training: true);
            Assert.Throws<InvalidOperationException>(training.FreezeWeights);
        }
    }

    [Fact]
    public void Result_OfFewImages_EqualsTrainingForwardBits()
    {
        var random = new Random(77);
        (Tape tape, Variable logits) = RandomNetwork(random);
        Batch batch = Part(RandomBatch(random, tape), 3, 6);
        using var context = new ComputeContext(2);
        using var training = new ExecutionPlan(tape, logits, 6, context, training: true);
        using var inference = new ExecutionPlan(tape, logits, 6, context, training: false);
        Assert.Equal(training.ForwardBackward(batch, 128, 0, 0), inference.Forward(batch, 128, new float[6 * Classes]));
        // Values changed in place are seen by the next call.
        foreach (Parameter parameter in tape.Parameters) parameter.Value[0] += 0.25f;
        Assert.Equal(training.ForwardBackward(batch, 128, 0, 0), inference.Forward(batch, 128, new float[6 * Classes]));
    }

    /// <summary>Six images go one by one, twenty as blocks; all widths have the same result.</summary>
    [Fact]
    public void ResultOfMinimallyFilteredLayers_EqualsTrainingForwardBits()
    {
        var random = new Random(78);
        (Tape tape, Variable logits) = FilteredNetwork(random);
        Batch batch = RandomBatch(random, tape);
        foreach (int images in new[] { 6, 20 })
        {
            var results = new HashSet<BatchResult>();
            foreach (VectorWidth width in Enum.GetValues<VectorWidth>())
            {
                using var context = new ComputeContext(2, width);
                using var training = new ExecutionPlan(tape, logits, images, context, training: true);
                using var inference = new ExecutionPlan(tape, logits, images, context, training: false);
                Batch part = Part(batch, 3, images);
                results.Add(training.ForwardBackward(part, 128, 0, 0));
                results.Add(inference.Forward(part, 128, new float[images * Classes]));
            }

            Assert.Single(results);
        }
    }

    [Fact]
    public void Forward_OfOneImage_AllocatesNothingAfterTheFirst()
    {
        var random = new Random(5);
        (Tape tape, Variable logits) = RandomNetwork(random);
        Batch batch = Part(RandomBatch(random, tape), 0, 1);
        using var context = new ComputeContext(2);
        using var plan = new ExecutionPlan(tape, logits, 4, context, training: false);
        var output = new float[Classes];
        NoAllocation.Assert(_ => plan.Forward(batch, 128, output), runs: 10);
    }

    /// <summary>Layers drawn at random, without dropout; some networks branch.</summary>
    private static (Tape Tape, Variable Logits) RandomNetwork(Random random)
    {
        var tape = new Tape();
        Variable x = tape.Input(new SampleShape(random.Next(6, 11), random.Next(6, 11), random.Next(1, 5)));
        int layers = random.Next(3, 7);
        for (int i = 0; i < layers; i++) x = Layer(tape, x, random, i);
        Variable flat = tape.Flatten(x);
        return (tape, tape.Dense(flat, New(random, "top", Classes, flat.Shape.Channels), random.Next(2) == 0 ? null : New(random, "offset", Classes)));
    }

    /// <summary>Convolutions that minimal filtering takes: every padding, with a pooling of its tiles behind one, odd sides, one group of outputs or several.</summary>
    private static (Tape Tape, Variable Logits) FilteredNetwork(Random random)
    {
        var tape = new Tape();
        Variable x = tape.Input(new SampleShape(10, 10, 16));
        x = tape.Clamp(tape.Scale(tape.Relu(Filtered(tape, x, random, 20, 1, bias: true)), 2), -1, 1);
        x = tape.MaxPool(tape.Relu(Filtered(tape, x, random, 17, 1, bias: true)), 2, 2, 2);
        x = Filtered(tape, x, random, 70, 2, bias: false);
        x = tape.Relu(Filtered(tape, x, random, 19, 0, bias: true));
        tape.ActivityPenalty(x, 0.01f);
        Variable flat = tape.Flatten(x), logits = tape.Dense(flat, New(random, "top", Classes, flat.Shape.Channels), null);
        Assert.Equal(4, PlanFusion.Reachable(tape, logits).OfType<ConvolutionOperation>().Count(convolution => MinimalFilter.Takes(convolution.Shape)));
        return (tape, logits);
    }

    private static Variable Filtered(Tape tape, Variable x, Random random, int outputs, int padding, bool bias) =>
        tape.Conv2d(x, New(random, $"f{tape.Parameters.Count}", outputs, x.Shape.Channels, 3, 3), bias ? New(random, $"o{tape.Parameters.Count}", outputs) : null, padding);

    private static Variable Layer(Tape tape, Variable x, Random random, int index)
    {
        SampleShape shape = x.Shape;
        switch (random.Next(10))
        {
            case 0 when shape is { Height: >= 3, Width: >= 3 }: return tape.MaxPool(x, 2, 3, random.Next(1, 3));
            case 1 when shape is { Height: >= 3, Width: >= 3 }: return tape.AveragePool(x, 3, 2, random.Next(1, 3));
            case 2: return tape.Concatenate(x, tape.Relu(x), x);
            case 3: return tape.Subtract(x, tape.Add(x, tape.Scale(x, 0.5f)));
            case 4: return tape.Xor(x, tape.Or(tape.Clamp(x, -0.5f, 0.25f), x));
            case 5 when shape.Pixels <= 64: return tape.ConvTranspose2d(x, New(random, $"t{index}", 6, shape.Channels, 3, 3), New(random, $"tb{index}", 6), random.Next(0, 3));
            case 6: return tape.Permute(x, 1, 2, 0);
            case 7: return tape.Conv1d(tape.Reshape(x, new SampleShape(shape.Pixels, 1, shape.Channels)), New(random, $"l{index}", random.Next(1, 20), shape.Channels, random.Next(1, 6)), null, 2);
            default:
                int kernel = random.Next(3) == 0 ? 1 : 3;
                int outputs = random.Next(1, 70);
                Variable y = tape.Conv2d(x, New(random, $"c{index}", outputs, shape.Channels, kernel, kernel), random.Next(2) == 0 ? null : New(random, $"b{index}", outputs), kernel / 2 + random.Next(2));
                y = tape.Clamp(tape.Scale(tape.Relu(y), 2), -1, 1);
                if (random.Next(3) == 0) tape.ActivityPenalty(y, 0.01f);
                return y;
        }
    }

    private static Parameter New(Random random, string name, params int[] shape)
    {
        var parameter = new Parameter(name, [.. shape]);
        float limit = 2 / MathF.Sqrt((float)parameter.Count / shape[0]);
        foreach (ref float value in parameter.Value) value = (random.NextSingle() * 2 - 1) * limit;
        return parameter;
    }

    private static Batch RandomBatch(Random random, Tape tape)
    {
        int size = tape.InputVariable!.Shape.Count;
        return new Batch
        {
            Count = Many,
            Samples = [.. Enumerable.Range(0, Many * size).Select(_ => (sbyte)random.Next(-128, 128))],
            Labels = [.. Enumerable.Range(0, Many).Select(_ => random.Next(Classes))],
            SampleIndices = [.. Enumerable.Range(0, Many)],
        };
    }

    private static Batch Part(Batch batch, int first, int count)
    {
        int size = batch.Samples.Length / batch.Count;
        return new Batch { Count = count, Samples = batch.Samples[(first * size)..((first + count) * size)], Labels = batch.Labels[first..(first + count)], SampleIndices = batch.SampleIndices[first..(first + count)] };
    }
}

// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Operations;
using Ai8x.Autograd.Planning;
using Ai8x.Tensors;

namespace Ai8x.Autograd.Tests;

/// <summary>Convolutions of one tap at the beginning of a network, which inference takes four pixels at a time.</summary>
public sealed class PointwiseStackTests
{
    private const int Classes = 3;
    private const int Images = 37;

    private static readonly int[] Threads = [1, 2, 3, 5];

    public static TheoryData<string> Networks => [.. Cases.Keys];

    /// <summary>A network behind an input.</summary>
    /// <param name="Input">Shape of a sample.</param>
    /// <param name="Body">What the tape holds behind it, up to the dense layer.</param>
    /// <param name="Stacks">How many steps of the plan are a stack.</param>
    /// <param name="Steps">How many steps there are with the dense layer.</param>
    /// <param name="LaysOut">Whether anybody else reads the samples.</param>
    private sealed record Case(SampleShape Input, Func<Tape, Variable, Variable> Body, int Stacks, int Steps, bool LaysOut = false);

    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["one layer"] = new(new(1, 12, 16), (tape, x) => Chained(tape, x, 7), 1, 2),
        // So many multiply-adds that workers without images of their own take a share.
        ["three layers, pixels beside the fours"] = new(new(1, 77, 32), (tape, x) => Chained(tape, Chained(tape, Chained(tape, x, 100), 35), 5), 1, 2),
        ["a line of kernels of one"] = new(new(21, 1, 64), (tape, x) => Line(tape, Line(tape, x, 50), 16), 1, 2),
        ["two dimensions, a bias, no chain in the middle, a scale"] = new(new(3, 5, 48), (tape, x) => tape.Clamp(tape.Scale(tape.Relu(Convolution(tape, Convolution(tape, Chained(tape, x, 20, bias: true), 9, bias: true), 6)), 2), -1, 1), 1, 2),
        ["many channels"] = new(new(1, 4, 128), (tape, x) => Chained(tape, Chained(tape, x, 128), 128), 1, 2),
        ["the same weights twice"] = new(new(1, 9, 16), (tape, x) => { Parameter weights = New("both", 16, 16, 1, 1); return tape.Relu(tape.Conv2d(tape.Relu(tape.Conv2d(x, weights, null, 0)), weights, null, 0)); }, 1, 2),
        ["a penalty behind a chain"] = new(new(1, 8, 16), (tape, x) => Chained(tape, Penalized(tape, Chained(tape, x, 12)), 6), 1, 4),
        ["a penalty between rectifier and clamp"] = new(new(1, 8, 16), (tape, x) => Chained(tape, tape.Clamp(Penalized(tape, tape.Relu(Convolution(tape, x, 12))), -0.5f, 0.5f), 6), 1, 4),
        ["a map that is read twice"] = new(new(2, 4, 16), (tape, x) => Twice(tape, Chained(tape, x, 5)), 1, 4),
        ["an input that is read twice"] = new(new(2, 4, 16), (tape, x) => tape.Concatenate(Chained(tape, x, 5), Convolution(tape, x, 4, kernel: 3)), 1, 4, LaysOut: true),
        ["an input that two stacks read"] = new(new(2, 4, 16), (tape, x) => tape.Concatenate(Chained(tape, x, 5), Chained(tape, x, 6)), 2, 4),
        ["pooled behind the second"] = new(new(4, 6, 16), (tape, x) => tape.MaxPool(Chained(tape, Chained(tape, x, 5), 6), 2, 2, 2), 1, 3),
        ["pooled behind the first"] = new(new(4, 6, 16), (tape, x) => tape.MaxPool(Chained(tape, x, 6), 2, 2, 2), 0, 2, LaysOut: true),
        ["channels that share a group of bytes"] = new(new(4, 6, 12), (tape, x) => Chained(tape, Chained(tape, x, 6), 4), 0, 3, LaysOut: true),
        ["fewer than four pixels"] = new(new(1, 3, 16), (tape, x) => Chained(tape, Chained(tape, x, 6), 4), 0, 3, LaysOut: true),
        ["a kernel of three"] = new(new(4, 4, 16), (tape, x) => Chained(tape, Convolution(tape, x, 6, kernel: 3), 4), 0, 3, LaysOut: true),
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Plan_StacksWhatOnlyTheNextReads(string name)
    {
        Case network = Cases[name];
        (Tape tape, Variable logits) = Record(network);
        foreach (VectorWidth width in Enum.GetValues<VectorWidth>().Where(width => width != VectorWidth.Scalar))
        {
            var builder = new PlanBuilder(tape, logits, width, 2, training: false);
            Assert.Equal((network.Stacks, network.Steps, network.LaysOut), (builder.Steps.OfType<PointwiseStackStep>().Count(), builder.Steps.Length, builder.Input is not null));
        }

        foreach (PlanBuilder builder in new[] { new PlanBuilder(tape, logits, VectorWidth.Scalar, 2, training: false), new PlanBuilder(tape, logits, VectorWidth.Vector256, 2, training: true) })
        {
            Assert.Empty(builder.Steps.OfType<PointwiseStackStep>());
            Assert.NotNull(builder.Input);
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Inference_EqualsTheForwardPassOfTrainingAndThatOfSingleImages(string name)
    {
        Case network = Cases[name];
        (Tape tape, Variable logits) = Record(network);
        Batch batch = RandomBatch(network.Input);
        // The second round has other weights.
        const int Rounds = 2;
        foreach (VectorWidth width in Enum.GetValues<VectorWidth>())
            foreach (int threads in VectorWidths.IsAccelerated(width) ? Threads : [2])
            {
                using var context = new ComputeContext(threads, width);
                using var plan = new ExecutionPlan(tape, logits, Images, context, training: false);
                for (int round = 0; round < Rounds; round++)
                {
                    Fill(tape, round);
                    (BatchResult trained, float[] expected) = Expected(name, tape, logits, batch, round);
                    var actual = new float[expected.Length];
                    Assert.Equal(trained, plan.Forward(batch, 128, actual));
                    Assert.Equal(Array.ConvertAll(expected, BitConverter.SingleToInt32Bits), Array.ConvertAll(actual, BitConverter.SingleToInt32Bits));
                }

                plan.FreezeWeights();
                Fill(tape, 0);
                var frozen = new float[Images * Classes];
                plan.Forward(batch, 128, frozen);
                Assert.Equal(Expected(name, tape, logits, batch, Rounds - 1).Logits, frozen);
            }
    }

    [Fact]
    public void Inference_OfAStack_AllocatesNothingAfterTheFirstBatches()
    {
        Case network = Cases["three layers, pixels beside the fours"];
        (Tape tape, Variable logits) = Record(network);
        Batch batch = RandomBatch(network.Input);
        using var context = new ComputeContext(1);
        using var plan = new ExecutionPlan(tape, logits, Images, context, training: false);
        var output = new float[Images * Classes];
        NoAllocation.Assert(_ => plan.Forward(batch, 128, output), runs: 10);
    }

    private static readonly Dictionary<(string Name, int Round), (BatchResult Result, float[] Logits)> Known = [];

    /// <summary>What other kernels find with the weights that the tape has now: those of single images, one after the other, and those of training, without vectors.</summary>
    private static (BatchResult Result, float[] Logits) Expected(string name, Tape tape, Variable logits, Batch batch, int round)
    {
        lock (Known)
        {
            if (Known.TryGetValue((name, round), out var known)) return known;
            using var context = new ComputeContext(1, VectorWidth.Scalar);
            using var single = new ExecutionPlan(tape, logits, Images, context, training: false);
            using var training = new ExecutionPlan(tape, logits, Images, context, training: true);
            var output = new float[Images * Classes];
            for (int i = 0; i < Images; i++) single.Forward(One(batch, i, batch.Samples.Length / Images), 128, output.AsSpan(i * Classes, Classes));
            return Known[(name, round)] = (training.ForwardBackward(batch, 128, 0, 0), output);
        }
    }

    private static (Tape Tape, Variable Logits) Record(Case network)
    {
        var tape = new Tape();
        Variable map = network.Body(tape, tape.Input(network.Input));
        Variable logits = tape.Dense(tape.Flatten(map), New("top", Classes, map.Shape.Count), null);
        Fill(tape, 0);
        return (tape, logits);
    }

    private static Variable Line(Tape tape, Variable x, int outputs) => tape.Relu(tape.Conv1d(x, New($"l{tape.Parameters.Count}", outputs, x.Shape.Channels, 1), null, 0));

    private static Variable Chained(Tape tape, Variable x, int outputs, bool bias = false) => tape.Clamp(tape.Relu(Convolution(tape, x, outputs, bias: bias)), -1, 1);

    private static Variable Convolution(Tape tape, Variable x, int outputs, int kernel = 1, bool bias = false)
    {
        string name = $"c{tape.Parameters.Count}";
        return tape.Conv2d(x, New(name, outputs, x.Shape.Channels, kernel, kernel), bias ? New(name + "b", outputs) : null, kernel / 2);
    }

    private static Variable Penalized(Tape tape, Variable x)
    {
        tape.ActivityPenalty(x, 0.01f);
        return x;
    }

    private static Variable Twice(Tape tape, Variable x) => tape.Concatenate(Chained(tape, x, 4), x);

    private static Parameter New(string name, params int[] shape) => new(name, [.. shape]);

    private static void Fill(Tape tape, int seed)
    {
        var random = new Random(seed);
        foreach (Parameter parameter in tape.Parameters)
        {
            float limit = 2 / MathF.Sqrt((float)parameter.Count / parameter.Shape[0]);
            foreach (ref float value in parameter.Value) value = (random.NextSingle() * 2 - 1) * limit;
        }
    }

    private static Batch RandomBatch(SampleShape input)
    {
        var random = new Random(input.Count);
        return new Batch
        {
            Count = Images,
            Samples = [.. Enumerable.Range(0, Images * input.Count).Select(_ => (sbyte)random.Next(-128, 128))],
            Labels = [.. Enumerable.Range(0, Images).Select(_ => random.Next(Classes))],
            SampleIndices = [.. Enumerable.Range(0, Images)],
        };
    }

    private static Batch One(Batch batch, int image, int size) =>
        new() { Count = 1, Samples = batch.Samples[(image * size)..((image + 1) * size)], Labels = [batch.Labels[image]], SampleIndices = [image] };
}

// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ai8x.Tensors;

namespace Ai8x.Autograd.Tests;

public sealed class ExecutionPlanTests
{
    // Losses and weights of TrainedHash. It is the same on every machine and with any instruction set switched off; it may change only
    // together with the numeric contract.
    private const string KnownHash = "B6DDDF734AEDF287177F8FBA6F53E670D9C322412AB3886455D9A52B053AA26B";

    private static IEnumerable<VectorWidth> Widths => Enum.GetValues<VectorWidth>();

    // A width that the machine lacks runs in software, tenfold as long: one number of threads shows its bits.
    private static int[] Threads(VectorWidth width, params int[] threads) => VectorWidths.IsAccelerated(width) ? threads : [threads[1]];

    [Fact]
    public void Training_EveryThreadCountAndWidth_GivesTheSameBits()
    {
        foreach (VectorWidth width in Widths)
            foreach (int threads in Threads(width, 1, 2, 5))
            {
                string hash = TrainedHash(threads, width);
                Assert.True(hash == KnownHash, $"{width}, {threads} threads: losses or weights differ, their hash is {hash}");
            }
    }

    [Fact]
    public void Training_MoreWorkersThanBlocksOfImages_SharesLayersAndGivesTheSameBits()
    {
        foreach (int images in new[] { 7, 40 })
            foreach (Func<Tape, Variable> network in new Func<Tape, Variable>[] { Large, PooledTwice, tape => PooledFirst(tape, dropout: true), tape => PooledFirst(tape, dropout: false), PooledFew, HighMaps, Decoder })
            {
                var tape = new Tape();
                Variable logits = network(tape);
                Batch batch = BatchFor(tape, logits, images);
                byte[] alone = GradientBits(tape, logits, batch, 1, VectorWidth.Scalar);
                foreach (VectorWidth width in Widths.Where(width => width != VectorWidth.Scalar))
                    foreach (int threads in Threads(width, 1, 2, 3, 8))
                        for (int round = 0; round < 2; round++) Assert.Equal(alone, GradientBits(tape, logits, batch, threads, width));
            }
    }

    [Fact]
    public void Dropout_DependsOnSampleStepAndSeedOnly()
    {
        using var context = new ComputeContext(1);
        Gradients Of(int[] order, int step, ulong seed)
        {
            (Tape tape, Variable logits) = Small(dropout: true);
            using var plan = new ExecutionPlan(tape, logits, 40, context, training: true);
            Batch all = RandomBatch(40, 1);
            Batch batch = Permuted(all, order);
            BatchResult result = plan.ForwardBackward(batch, 128, seed, step);
            return new(result.LossSum, tape.Parameters[0].Gradient.ToArray());
        }
        int[] forwards = [.. Enumerable.Range(0, 40)], backwards = [.. forwards.Reverse()];
        Assert.Equal(Of(forwards, 3, 7).Loss, Of(backwards, 3, 7).Loss, 1e-9);
        Assert.NotEqual(Of(forwards, 3, 7).Loss, Of(forwards, 4, 7).Loss);
        Assert.NotEqual(Of(forwards, 3, 7).Loss, Of(forwards, 3, 8).Loss);
        Assert.Equal(Of(forwards, 3, 7).First, Of(forwards, 3, 7).First);
    }

    private sealed record Gradients(double Loss, float[] First);

    [Fact]
    public void Dropout_KeepsTheMeanAndScalesSurvivors()
    {
        // The dense layer sums 4,096 ones after dropout of a quarter: about 4,096 again, made of values 4/3 and 0.
        var tape = new Tape();
        Variable x = tape.Input(new(64, 64, 1));
        var weights = new Parameter("w", [2, 4096]);
        weights.Value[..4096].Fill(1);
        Variable logits = tape.Dense(tape.Flatten(tape.Dropout(x, 0.25f, 1)), weights, null);
        using var context = new ComputeContext(1);
        using var plan = new ExecutionPlan(tape, logits, 1, context, training: true);
        var batch = new Batch { Count = 1, Samples = new sbyte[4096], Labels = [1], SampleIndices = [0] };
        Array.Fill(batch.Samples, (sbyte)1);
        // The loss of a wrong label with a large logit is that logit.
        BatchResult result = plan.ForwardBackward(batch, 1, 5, 0);
        Assert.InRange(result.LossSum, 4096 - 150, 4096 + 150);
        float[] gradient = weights.Gradient[..4096].ToArray();
        Assert.All(gradient, value => Assert.True(value == 0 || Math.Abs(value - 4f / 3) < 1e-5f));
        Assert.Equal(gradient.Count(value => value != 0) * (4.0 / 3), result.LossSum, 0.5);
    }

    [Fact]
    public void Forward_EqualsTheForwardPassOfTrainingBitForBit()
    {
        using var context = new ComputeContext(2);
        (Tape tape, Variable logits) = Small(dropout: false);
        using var training = new ExecutionPlan(tape, logits, 40, context, training: true);
        using var inference = new ExecutionPlan(tape, logits, 64, context, training: false);
        Batch batch = RandomBatch(37, 2);
        BatchResult trained = training.ForwardBackward(batch, 128, 0, 0);
        var output = new float[37 * 4];
        BatchResult inferred = inference.Forward(batch, 128, output);
        Assert.Equal(trained, inferred);
        // Each sample alone has the same logits: neighbours do not matter.
        var one = new float[4];
        for (int i = 0; i < 37; i += 9)
        {
            inference.Forward(Permuted(batch, [i]), 128, one);
            Assert.Equal(output[(i * 4)..(i * 4 + 4)], one);
        }
    }

    [Fact]
    public void PartialBatch_AfterAFullOne_EqualsAFreshPlan()
    {
        foreach (VectorWidth width in Widths)
        {
            using var context = new ComputeContext(1, width);
            (Tape tape, Variable logits) = Small(dropout: true);
            using var used = new ExecutionPlan(tape, logits, 48, context, training: true);
            used.ForwardBackward(RandomBatch(48, 3), 128, 1, 0);
            Batch partial = RandomBatch(21, 4);
            BatchResult expected, actual = used.ForwardBackward(partial, 128, 1, 1);
            float[][] gradients = [.. tape.Parameters.Select(parameter => parameter.Gradient.ToArray())];
            using (var fresh = new ExecutionPlan(tape, logits, 21, context, training: true)) expected = fresh.ForwardBackward(partial, 128, 1, 1);
            Assert.Equal(expected, actual);
            for (int i = 0; i < gradients.Length; i++) Assert.Equal(tape.Parameters[i].Gradient.ToArray(), gradients[i]);
        }
    }

    [Fact]
    public void ForwardBackward_AfterWarmUp_AllocatesNothing()
    {
        (Tape tape, Variable logits) = Small(dropout: true);
        AssertAllocatesNothing(tape, logits, 48);
    }

    [Fact]
    public void TransposedLayers_AfterWarmUp_AllocateNothing()
    {
        var tape = new Tape();
        AssertAllocatesNothing(tape, Decoder(tape), 20);
    }

    private static void AssertAllocatesNothing(Tape tape, Variable logits, int images)
    {
        using var context = new ComputeContext(1);
        using var plan = new ExecutionPlan(tape, logits, images, context, training: true);
        using var inference = new ExecutionPlan(tape, logits, images, context, training: false);
        Batch batch = BatchFor(tape, logits, images);
        var output = new float[images * logits.Shape.Channels];
        NoAllocation.Assert(
            step =>
            {
                plan.ForwardBackward(batch, 128, 1, step);
                inference.Forward(batch, 128, output);
            },
            runs: 3);
    }

    [Theory]
    [InlineData(3, 6)]
    // By minimal filtering.
    [InlineData(16, 8)]
    // Enough for workers to share both halves of the way back.
    [InlineData(32, 12)]
    public void SharedWeights_GradientIsTheSumOfBothUses(int channels, int side)
    {
        // The same kernel twice must have the gradient of two kernels with equal values, added.
        using var context = new ComputeContext(2);
        float[] Run(bool shared, out float[] second)
        {
            var tape = new Tape();
            Parameter a = New("a", 1, channels, channels, 3, 3), b = New("b", 1, channels, channels, 3, 3), top = New("top", 2, 4, channels * side * side);
            // One in front, so that both uses find an input gradient too.
            Variable x = tape.Relu(tape.Conv2d(tape.Input(new(side, side, channels)), New("front", 3, channels, channels, 1, 1), null, 0));
            x = tape.Relu(tape.Conv2d(x, a, null, 1));
            x = tape.Conv2d(x, shared ? a : b, null, 1);
            Variable logits = tape.Dense(tape.Flatten(x), top, null);
            using var plan = new ExecutionPlan(tape, logits, 20, context, training: true);
            plan.ForwardBackward(BatchFor(tape, logits, 20), 128, 0, 0);
            second = b.Gradient.ToArray();
            return a.Gradient.ToArray();
        }
        float[] both = Run(true, out _);
        float[] first = Run(false, out float[] other);
        for (int i = 0; i < both.Length; i++) Assert.Equal((double)first[i] + other[i], both[i], 1e-6);
    }

    [Fact]
    public void NonFinite_LossOrGradient_NamesTheOffender()
    {
        using var context = new ComputeContext(1);
        (Tape tape, Variable logits) = Small(dropout: false);
        using var plan = new ExecutionPlan(tape, logits, 16, context, training: true);
        using var inference = new ExecutionPlan(tape, logits, 16, context, training: false);
        Batch batch = RandomBatch(16, 7);
        Parameter top = tape.Parameters[^1];
        top.Value[0] = float.NaN;
        var failure = Assert.Throws<NonFiniteException>(() => plan.ForwardBackward(batch, 128, 0, 12));
        Assert.Null(failure.Parameter);
        Assert.Equal(12, failure.Step);
        Assert.Contains("step 12", failure.Message, StringComparison.Ordinal);
        Assert.Throws<NonFiniteException>(() => inference.Forward(batch, 128, new float[64]));
        top.Value[0] = 0;
        // A finite loss with an infinite gradient: tiny activations in front of weights whose weighted sum is beyond the largest float.
        var small = new Tape();
        Parameter w = New("first", 1, 1, 3, 1, 1), huge = New("second", 2, 4, 36);
        w.Value.Fill(1e-38f);
        huge.Value.Fill(3e38f);
        huge.Value[..36].Fill(-3e38f);
        Variable y = small.Dense(small.Flatten(small.Scale(small.Conv2d(small.Input(new(6, 6, 3)), w, null, 0), 1e-3f)), huge, null);
        using var second = new ExecutionPlan(small, y, 16, context, training: true);
        failure = Assert.Throws<NonFiniteException>(() => second.ForwardBackward(new Batch { Count = 1, Samples = batch.Samples, Labels = [0], SampleIndices = [0] }, 128, 0, 0));
        Assert.Equal("first", failure.Parameter);
        Assert.Contains("\"first\"", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MalformedBatches_AreRefused()
    {
        using var context = new ComputeContext(1);
        (Tape tape, Variable logits) = Small(dropout: false);
        using var plan = new ExecutionPlan(tape, logits, 16, context, training: true);
        using var inference = new ExecutionPlan(tape, logits, 16, context, training: false);
        Batch good = RandomBatch(16, 7);
        Assert.Throws<ArgumentException>(() => plan.ForwardBackward(RandomBatch(17, 7), 128, 0, 0));
        Assert.Throws<ArgumentException>(() => plan.ForwardBackward(new Batch { Count = 0, Samples = good.Samples, Labels = good.Labels, SampleIndices = good.SampleIndices }, 128, 0, 0));
        Assert.Throws<ArgumentException>(() => plan.ForwardBackward(new Batch { Count = 16, Samples = good.Samples[1..], Labels = good.Labels, SampleIndices = good.SampleIndices }, 128, 0, 0));
        Assert.Throws<ArgumentException>(() => plan.ForwardBackward(new Batch { Count = 16, Samples = good.Samples, Labels = good.Labels[1..], SampleIndices = good.SampleIndices }, 128, 0, 0));
        Assert.Throws<ArgumentException>(() => plan.ForwardBackward(new Batch { Count = 1, Samples = good.Samples, Labels = [4], SampleIndices = good.SampleIndices }, 128, 0, 0));
        Assert.Throws<ArgumentException>(() => plan.ForwardBackward(good, 0, 0, 0));
        Assert.Throws<ArgumentException>(() => inference.Forward(good, 128, new float[63]));
        Assert.Throws<InvalidOperationException>(() => inference.ForwardBackward(good, 128, 0, 0));
        Assert.Throws<InvalidOperationException>(() => plan.Forward(good, 128, new float[64]));
    }

    private static string TrainedHash(int threads, VectorWidth width)
    {
        using var context = new ComputeContext(threads, width);
        (Tape tape, Variable logits) = Small(dropout: true);
        using var plan = new ExecutionPlan(tape, logits, 75, context, training: true);
        float[][] m = [.. tape.Parameters.Select(parameter => new float[parameter.Count])], v = [.. tape.Parameters.Select(parameter => new float[parameter.Count])];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int step = 0; step < 4; step++)
        {
            // Seventy-five samples are five blocks, the last one partial.
            BatchResult result = plan.ForwardBackward(RandomBatch(75 - step, step), 128, 7, step);
            hash.AppendData(BitConverter.GetBytes(result.LossSum));
            hash.AppendData(BitConverter.GetBytes(result.PenaltySum));
            for (int i = 0; i < tape.Parameters.Count; i++)
                OptimizerKernels.Adam(tape.Parameters[i].Value, tape.Parameters[i].Gradient, m[i], v[i], 0.01f, 0.9f, 0.999f, 1e-7f, context);
        }
        foreach (Parameter parameter in tape.Parameters) hash.AppendData(MemoryMarshal.AsBytes(parameter.Value));
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Every operation of the tape once, on an odd shape.</summary>
    private static (Tape Tape, Variable Logits) Small(bool dropout)
    {
        var tape = new Tape();
        Variable x = tape.Input(new(6, 6, 3));
        x = tape.Clamp(tape.Relu(tape.Conv2d(x, New("c1", 1, 7, 3, 3, 3), New("b1", 2, 7), 2)), -1, 1);
        tape.ActivityPenalty(x, 0.001f);
        Variable y = tape.Conv2d(tape.MaxPool(x, 3, 3, 1), New("c2", 3, 12, 7, 3, 3), null, 1);
        Variable z = tape.Conv2d(tape.AveragePool(x, 3, 3, 1), New("c3", 4, 12, 7, 1, 1), null, 0);
        x = tape.Relu(tape.Scale(tape.Add(y, z), 2));
        if (dropout) x = tape.Dropout(x, 0.3f, 2);
        x = tape.Conv1d(tape.Reshape(x, new(72, 1, 6)), New("c4", 5, 5, 6, 7), New("b4", 6, 5), 2);
        x = tape.AveragePool(tape.MaxPool(tape.Clamp(x, -1, 1), 3, 1, 2), 4, 1, 3);
        Variable flat = tape.Flatten(x);
        return (tape, tape.Dense(flat, New("top", 7, 4, flat.Shape.Channels), New("btop", 8, 4)));
    }

    /// <summary>Logits' losses and gradients of layers that are large enough to be shared: pooled, with dropout, with two readers, one-dimensional, and dense.</summary>
    private static Variable Large(Tape tape)
    {
        Variable x = tape.Input(new(18, 18, 1));
        x = tape.Clamp(tape.Relu(tape.Conv2d(x, New("c1", 1, 19, 1, 3, 3), New("b1", 2, 19), 1)), -1, 1);
        x = tape.MaxPool(tape.Dropout(tape.Clamp(tape.Relu(tape.Conv2d(x, New("c2", 3, 22, 19, 3, 3), New("b2", 4, 22), 1)), -1, 1), 0.2f, 9), 2, 2, 2);
        Variable y = tape.Conv2d(x, New("c3", 5, 30, 22, 3, 3), null, 1), z = tape.Conv2d(x, New("c4", 6, 30, 22, 3, 3), New("b4", 7, 30), 1);
        x = tape.MaxPool(tape.Clamp(tape.Relu(tape.Add(y, z)), -1, 1), 3, 3, 3);
        x = tape.Clamp(tape.Relu(tape.Conv1d(tape.Reshape(x, new(9, 1, 30)), New("c5", 8, 400, 30, 5), New("b5", 9, 400), 2)), -1, 1);
        return tape.Dense(tape.Flatten(x), New("top", 10, 200, 3600), null);
    }

    /// <summary>A first layer that is pooled a block of outputs at a time, in memory that only one block at a time may use.</summary>
    private static Variable PooledFirst(Tape tape, bool dropout)
    {
        Variable x = tape.Input(new(32, 32, 1));
        x = tape.Clamp(tape.Relu(tape.Conv2d(x, New("c1", 1, 63, 1, 3, 3), New("b1", 2, 63), 1)), -1, 1);
        x = tape.MaxPool(dropout ? tape.Dropout(x, 0.2f, 9) : x, 2, 2, 2);
        return tape.Dense(tape.Flatten(x), New("top", 10, 5, 63 * 256), null);
    }

    /// <summary>A pooled first layer of so few outputs that eight workers have memory for all of them.</summary>
    private static Variable PooledFew(Tape tape)
    {
        Variable x = tape.Relu(tape.Conv2d(tape.Input(new(64, 64, 1)), New("c1", 1, 15, 1, 3, 3), New("b1", 2, 15), 1));
        x = tape.MaxPool(tape.MaxPool(x, 2, 2, 2), 5, 5, 5);
        return tape.Dense(tape.Flatten(x), New("top", 10, 5, 15 * 36), null);
    }

    /// <summary>A layer that is shared by rows, forwards and backwards.</summary>
    private static Variable HighMaps(Tape tape)
    {
        Variable x = tape.Relu(tape.Conv2d(tape.Input(new(28, 28, 1)), New("c1", 1, 8, 1, 3, 3), New("b1", 2, 8), 1));
        x = tape.Clamp(tape.Relu(tape.Conv2d(x, New("c2", 3, 12, 8, 3, 3), New("b2", 4, 12), 1)), -1, 1);
        return tape.Dense(tape.Flatten(tape.MaxPool(x, 4, 4, 4)), New("top", 10, 5, 12 * 49), null);
    }

    /// <summary>Layers that are pooled in registers, the second with an input gradient and enough work to be shared; one with a single tap.</summary>
    private static Variable PooledTwice(Tape tape)
    {
        Variable x = tape.Input(new(32, 32, 1));
        x = tape.MaxPool(tape.Clamp(tape.Relu(tape.Conv2d(x, New("c1", 1, 23, 1, 3, 3), New("b1", 2, 23), 1)), -1, 1), 2, 2, 2);
        x = tape.MaxPool(tape.Clamp(tape.Relu(tape.Conv2d(x, New("c2", 3, 24, 23, 3, 3), null, 1)), -1, 1), 2, 2, 2);
        x = tape.MaxPool(tape.Clamp(tape.Relu(tape.Conv2d(x, New("c3", 4, 13, 24, 1, 1), null, 0)), -1, 1), 2, 2, 2);
        return tape.Dense(tape.Flatten(x), New("top", 10, 5, 13 * 16), null);
    }

    /// <summary>A transposed convolution between two others, and one whose input wants no gradient.</summary>
    private static Variable Decoder(Tape tape)
    {
        Variable x = tape.ConvTranspose2d(tape.Input(new(5, 6, 2)), New("t1", 1, 9, 2, 3, 3), New("b1", 2, 9), 1);
        x = tape.Clamp(tape.Relu(tape.Conv2d(x, New("c2", 3, 7, 9, 3, 3), null, 1)), -1, 1);
        x = tape.Clamp(tape.Relu(tape.ConvTranspose2d(x, New("t3", 4, 5, 7, 3, 3), New("b3", 5, 5), 1)), -1, 1);
        return tape.Dense(tape.Flatten(x), New("top", 10, 5, 5 * 20 * 24), null);
    }

    /// <summary>Loss and gradients of a plan of its own; what an earlier one left of them must not shine through.</summary>
    private static byte[] GradientBits(Tape tape, Variable logits, Batch batch, int threads, VectorWidth width)
    {
        foreach (Parameter parameter in tape.Parameters) parameter.Gradient.Fill(float.NaN);
        using var context = new ComputeContext(threads, width);
        using var plan = new ExecutionPlan(tape, logits, batch.Count, context, training: true);
        BatchResult result = plan.ForwardBackward(batch, 128, 7, 3);
        using var bits = new MemoryStream();
        bits.Write(BitConverter.GetBytes(result.LossSum));
        foreach (Parameter parameter in tape.Parameters) bits.Write(MemoryMarshal.AsBytes(parameter.Gradient));
        return bits.ToArray();
    }

    private static Parameter New(string name, int layer, params int[] shape)
    {
        var parameter = new Parameter(name, [.. shape]);
        new CounterRandom(3, RandomPurpose.Initialization).Fill(layer, 0, 0, parameter.Value);
        float limit = 1.7f / MathF.Sqrt((float)parameter.Count / shape[0]);
        foreach (ref float value in parameter.Value) value = (value * 2 - 1) * limit;
        return parameter;
    }

    private static Batch RandomBatch(int count, int seed)
    {
        var random = new Random(seed);
        return new Batch
        {
            Count = count,
            Samples = [.. Enumerable.Range(0, count * 108).Select(_ => (sbyte)random.Next(-128, 128))],
            Labels = [.. Enumerable.Range(0, count).Select(_ => random.Next(4))],
            SampleIndices = [.. Enumerable.Range(0, count).Select(_ => random.Next(60_000))],
        };
    }

    private static Batch BatchFor(Tape tape, Variable logits, int images)
    {
        var random = new Random(5);
        return new Batch
        {
            Count = images,
            Samples = [.. Enumerable.Range(0, images * tape.InputVariable!.Shape.Count).Select(_ => (sbyte)random.Next(-128, 128))],
            Labels = [.. Enumerable.Range(0, images).Select(_ => random.Next(logits.Shape.Channels))],
            SampleIndices = [.. Enumerable.Range(0, images)],
        };
    }

    private static Batch Permuted(Batch batch, int[] order) => new()
    {
        Count = order.Length,
        Samples = [.. order.SelectMany(i => batch.Samples[(i * 108)..((i + 1) * 108)])],
        Labels = [.. order.Select(i => batch.Labels[i])],
        SampleIndices = [.. order.Select(i => batch.SampleIndices[i])],
    };
}

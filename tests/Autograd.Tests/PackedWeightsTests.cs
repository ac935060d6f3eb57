// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors;
using Xunit;

namespace Ai8x.Autograd.Tests;

/// <summary>Packed weights are zeroed before new ones are packed where that is worth it: several workers have read the old ones, and their caches still hold them.</summary>
public sealed class PackedWeightsTests
{
    // 60 -> 60 filtered, with its input gradient 2 * 16 * 60 * 60 floats; of 140 channels there are more than 2 MB.
    [Theory]
    [InlineData(60, 1, false)]
    [InlineData(60, 2, true)]
    [InlineData(60, 8, true)]
    [InlineData(140, 2, false)]
    public void SmallOnesOfSeveralWorkers_AreZeroed(int channels, int workers, bool zeroed)
    {
        (Tape tape, Variable logits) = Network(channels);
        Assert.Equal(zeroed, new PlanBuilder(tape, logits, VectorWidths.Widest, workers, training: true).ReclaimsPacked);
    }

    /// <summary>Whoever zeroes them packs them too: a second step with the same weights gives the same gradients.</summary>
    [Fact]
    public void SecondStep_HasTheGradientsOfTheFirst()
    {
        (Tape tape, Variable logits) = Network(20);
        using var context = new ComputeContext(2);
        using var plan = new ExecutionPlan(tape, logits, 40, context, training: true);
        var random = new Random(3);
        var batch = new Batch
        {
            Count = 40,
            Samples = [.. Enumerable.Range(0, 40 * tape.InputVariable!.Shape.Count).Select(_ => (sbyte)random.Next(-128, 128))],
            Labels = [.. Enumerable.Range(0, 40).Select(i => i % 4)],
            SampleIndices = [.. Enumerable.Range(0, 40)],
        };
        float[][] Gradients()
        {
            plan.ForwardBackward(batch, 128, 0, 0);
            return [.. tape.Parameters.Select(parameter => parameter.Gradient.ToArray())];
        }

        float[][] first = Gradients();
        Assert.All(first, gradient => Assert.Contains(gradient, value => value != 0));
        Assert.Equal(first, Gradients());
    }

    private static (Tape Tape, Variable Logits) Network(int channels)
    {
        var tape = new Tape();
        var random = new Random(9);
        Parameter New(string name, params int[] shape)
        {
            var parameter = new Parameter(name, [.. shape]);
            foreach (ref float value in parameter.Value) value = random.NextSingle() - 0.5f;
            return parameter;
        }

        Variable x = tape.Relu(tape.Conv2d(tape.Input(new(8, 8, 3)), New("first", channels, 3, 3, 3), null, 1));
        x = tape.Relu(tape.Conv2d(x, New("second", channels, channels, 3, 3), null, 1));
        return (tape, tape.Dense(tape.Flatten(x), New("top", 4, channels * 64), null));
    }
}

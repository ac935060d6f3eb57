// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Optim.Tests;

public class OptimizerTests
{
    private const int Length = 37;

    [Fact]
    public void Adam_OverSeveralSteps_MatchesDoubleArithmetic()
    {
        using var context = new ComputeContext(1);
        Parameter parameter = NewParameter();
        double[] w = [.. parameter.Value.ToArray()], m = new double[Length], v = new double[Length];
        var adam = new Adam([parameter], context);
        for (int t = 1; t <= 25; t++)
        {
            double rate = t < 10 ? 0.01 : 0.002;
            SetGradient(parameter, t);
            for (int i = 0; i < Length; i++)
            {
                double g = parameter.Gradient[i];
                m[i] = 0.9 * m[i] + 0.1 * g;
                v[i] = 0.999 * v[i] + 0.001 * g * g;
                double corrected = rate * Math.Sqrt(1 - Math.Pow(0.999, t)) / (1 - Math.Pow(0.9, t));
                w[i] -= corrected * m[i] / (Math.Sqrt(v[i]) + 1e-7);
            }

            adam.Update(rate);
        }

        Assert.Equal(25, adam.Steps);
        for (int i = 0; i < Length; i++) Assert.Equal(w[i], parameter.Value[i], 2e-6);
    }

    [Fact]
    public void Sgd_OverSeveralSteps_MatchesDoubleArithmetic()
    {
        using var context = new ComputeContext(1);
        Parameter parameter = NewParameter();
        double[] w = [.. parameter.Value.ToArray()];
        var sgd = new Sgd([parameter], context);
        for (int t = 1; t <= 25; t++)
        {
            SetGradient(parameter, t);
            for (int i = 0; i < Length; i++) w[i] -= 0.05 * parameter.Gradient[i];
            sgd.Update(0.05);
        }

        for (int i = 0; i < Length; i++) Assert.Equal(w[i], parameter.Value[i], 2e-6);
    }

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.Sgd)]
    public void State_CapturedAndRestored_ContinuesToTheSameBits(OptimizerKind kind)
    {
        using var context = new ComputeContext(1);
        Parameter through = NewParameter(), split = NewParameter();
        IOptimizer whole = OptimizerFactory.Create(kind, [through], context), first = OptimizerFactory.Create(kind, [split], context);
        for (int t = 1; t <= 5; t++) Step(through, whole, t);
        for (int t = 1; t <= 2; t++) Step(split, first, t);
        OptimizerState state = first.State.Copy();
        Step(split, first, 9);
        for (int i = 0; i < Length; i++) split.Value[i] = NewParameter().Value[i];
        IOptimizer repeated = OptimizerFactory.Create(kind, [split], context);
        for (int t = 1; t <= 2; t++) Step(split, repeated, t);

        IOptimizer second = OptimizerFactory.Create(kind, [split], context);
        second.Restore(state);
        for (int t = 3; t <= 5; t++) Step(split, second, t);

        Assert.Equal(through.Value, split.Value);
        Assert.Equal(whole.Steps, second.Steps);
    }

    [Fact]
    public void State_OfAnotherOptimizerOrShape_IsRefused()
    {
        using var context = new ComputeContext(1);
        var adam = new Adam([NewParameter()], context);
        var sgd = new Sgd([NewParameter()], context);
        var smaller = new Adam([new Parameter("p", [3])], context);

        Assert.Throws<CheckpointException>(() => adam.Restore(sgd.State));
        Assert.Throws<CheckpointException>(() => sgd.Restore(adam.State));
        Assert.Throws<CheckpointException>(() => adam.Restore(smaller.State));
    }

    [Theory]
    [InlineData("Adam", OptimizerKind.Adam)]
    [InlineData("adam", OptimizerKind.Adam)]
    [InlineData("SGD", OptimizerKind.Sgd)]
    public void Parse_OfAKnownName_FindsIt(string text, OptimizerKind expected) => Assert.Equal(expected, OptimizerFactory.Parse(text));

    [Fact]
    public void Parse_OfAnUnknownName_NamesTheChoices() =>
        Assert.Contains("Adam or SGD", Assert.Throws<TrainingConfigurationException>(() => OptimizerFactory.Parse("Lion")).Message, StringComparison.Ordinal);

    private static void Step(Parameter parameter, IOptimizer optimizer, int t)
    {
        SetGradient(parameter, t);
        optimizer.Update(0.01);
    }

    private static Parameter NewParameter()
    {
        var parameter = new Parameter("p", [Length]);
        for (int i = 0; i < Length; i++) parameter.Value[i] = i % 7 / 7f - 0.5f;
        return parameter;
    }

    private static void SetGradient(Parameter parameter, int t)
    {
        for (int i = 0; i < Length; i++) parameter.Gradient[i] = ((i * 31 + t * 17) % 23 - 11) / 16f + parameter.Value[i];
    }
}

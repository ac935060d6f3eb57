// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Autograd.Tests;

public sealed class TapeTests
{
    [Fact]
    public void Shapes_OfEveryOperation_FollowTheRules()
    {
        var tape = new Tape();
        Variable x = tape.Input(new(9, 7, 3));
        Assert.Equal(new SampleShape(11, 9, 5), tape.Conv2d(x, new("a", [5, 3, 3, 3]), null, 2).Shape);
        Assert.Equal(new SampleShape(9, 7, 5), tape.Conv2d(x, new("b", [5, 3, 1, 1]), new("b.bias", [5]), 0).Shape);
        Assert.Equal(new SampleShape(4, 3, 3), tape.MaxPool(x, 3, 3, 2).Shape);
        Assert.Equal(new SampleShape(3, 2, 3), tape.AveragePool(x, 2, 3, 3).Shape);
        Assert.Equal(new SampleShape(1, 1, 189), tape.Flatten(x).Shape);
        Assert.Equal(new SampleShape(63, 1, 3), tape.Reshape(x, new(63, 1, 3)).Shape);
        Assert.Equal(new SampleShape(59, 1, 2), tape.Conv1d(tape.Reshape(x, new(63, 1, 3)), new("c", [2, 3, 9]), null, 2).Shape);
        Assert.Equal(new SampleShape(1, 1, 4), tape.Dense(tape.Flatten(x), new("d", [4, 189]), null).Shape);
        Assert.Equal(["a", "b", "b.bias", "c", "d"], tape.Parameters.Select(parameter => parameter.Name));
    }

    [Fact]
    public void MalformedOperations_AreRefusedWithTheParameterName()
    {
        var tape = new Tape();
        Variable x = tape.Input(new(9, 7, 3));
        Refused("\"w\"", () => tape.Conv2d(x, new("w", [5, 3, 2, 2]), null, 0));
        Refused("\"w\"", () => tape.Conv2d(x, new("w", [5, 4, 3, 3]), null, 0));
        Refused("\"b\"", () => tape.Conv2d(x, new("w", [5, 3, 3, 3]), new("b", [4]), 0));
        Refused("one column", () => tape.Conv1d(x, new("w", [5, 3, 3]), null, 0));
        Refused("flatten", () => tape.Dense(x, new("w", [5, 3]), null));
        Refused("larger", () => tape.MaxPool(x, 10, 1, 1));
        Refused("1..16", () => tape.AveragePool(x, 1, 1, 17));
        Refused("bounds", () => tape.Clamp(x, 1, -1));
        Refused("bounds", () => tape.Clamp(x, float.NaN, 1));
        Refused("factor", () => tape.Scale(x, 0));
        Refused("number of elements", () => tape.Reshape(x, new(9, 7, 4)));
        Refused("rate", () => tape.Dropout(x, 1, 0));
        Refused("layer index", () => tape.Dropout(x, 0.5f, 65536));
        Refused("same shape", () => tape.Add(x, tape.Flatten(x)));
        Refused("another tape", () => new Tape().Relu(x));
        tape.Conv2d(x, new("used", [5, 3, 3, 3]), null, 0);
        Refused("unique", () => tape.Conv2d(x, new("used", [5, 3, 3, 3]), null, 0));
        Assert.Throws<InvalidOperationException>(() => tape.Input(new(1, 1, 1)));
        Assert.Equal("used", Assert.Single(tape.Parameters).Name);
    }

    [Fact]
    public void Plan_LogitsThatAreNoVector_AreRefused()
    {
        var tape = new Tape();
        Variable x = tape.Input(new(2, 2, 3));
        using var context = new ComputeContext(1);
        ExecutionPlan Plan(Tape from, Variable logits) => new(from, logits, 1, context, training: false);
        Refused("flatten", () => Plan(tape, x));
        Refused("another tape", () => Plan(new Tape(), x));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExecutionPlan(tape, tape.Flatten(x), 0, context, training: false));
    }

    [Fact]
    public void Parameter_MalformedShapes_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new Parameter("", [1]));
        Assert.Throws<ArgumentException>(() => new Parameter("a", []));
        Assert.Throws<ArgumentException>(() => new Parameter("a", default));
        Assert.Throws<ArgumentException>(() => new Parameter("a", [3, 0]));
        Assert.Throws<ArgumentException>(() => new Parameter("a", [1 << 20, 1 << 20]));
    }

    private static void Refused(string says, Action action) => Assert.Contains(says, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}

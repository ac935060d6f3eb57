// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Bench;

/// <summary>Networks with the shapes of the published models (training-flow.md section 3), randomly initialised.</summary>
internal static class BenchModels
{
    public static (Tape Tape, Variable Logits, SampleShape Shape) Record(string model) => model switch
    {
        "mnist" => Small(new(28, 28, 1), 2),
        "cifar10" => Small(new(32, 32, 3), 1),
        "kws20" => Keywords(),
        "rock" => Rock(),
        _ => throw new ArgumentException($"unknown model \"{model}\": mnist, cifar10, kws20 or rock"),
    };

    public static Batch RandomBatch(SampleShape shape, int classes, int count)
    {
        var random = new Random(3);
        var batch = new Batch { Count = count, Samples = new sbyte[count * shape.Count], Labels = new int[count], SampleIndices = new int[count] };
        for (int i = 0; i < batch.Samples.Length; i++) batch.Samples[i] = (sbyte)random.Next(-128, 128);
        for (int i = 0; i < count; i++) (batch.Labels[i], batch.SampleIndices[i]) = (random.Next(classes), i);
        return batch;
    }

    private static (Tape Tape, Variable Logits, SampleShape Shape) Small(SampleShape shape, int secondPadding)
    {
        var tape = new Tape();
        Variable x = Activate(tape, Conv(tape, tape.Input(shape), 60, 3, 1));
        x = Activate(tape, Conv(tape, tape.MaxPool(x, 2, 2, 2), 60, 3, secondPadding));
        x = Activate(tape, Conv(tape, tape.MaxPool(x, 2, 2, 2), 56, 3, 1));
        x = Activate(tape, Conv(tape, tape.Clamp(tape.AveragePool(x, 2, 2, 2), -1, 1), 12, 3, 1));
        return (tape, Dense(tape, tape.Flatten(x), 10), shape);
    }

    private static (Tape Tape, Variable Logits, SampleShape Shape) Keywords()
    {
        var tape = new Tape();
        var shape = new SampleShape(128, 1, 128);
        Variable x = tape.Input(shape);
        foreach (int outputs in new[] { 100, 100, 50, 16 }) x = Activate(tape, tape.Conv1d(x, New(tape, x.Shape.Channels, outputs, x.Shape.Channels, 1), null, 0));
        x = tape.Reshape(x, new(8, 16, 16));
        foreach (int outputs in new[] { 32, 64, 64, 30, 7 }) x = Activate(tape, Conv(tape, x, outputs, 3, 1));
        return (tape, Dense(tape, tape.Flatten(x), 21), shape);
    }

    private static (Tape Tape, Variable Logits, SampleShape Shape) Rock()
    {
        var tape = new Tape();
        var shape = new SampleShape(64, 64, 3);
        Variable x = Activate(tape, Conv(tape, tape.Input(shape), 15, 3, 1));
        x = Activate(tape, Conv(tape, tape.MaxPool(x, 2, 2, 2), 30, 3, 1));
        x = tape.Dropout(x, 0.2f, 2);
        foreach (int outputs in new[] { 60, 30, 30 }) x = Activate(tape, Conv(tape, tape.MaxPool(x, 2, 2, 2), outputs, 3, 1));
        x = Activate(tape, Conv(tape, x, 30, 3, 1));
        return (tape, Dense(tape, tape.Dropout(tape.Flatten(x), 0.2f, 7), 3), shape);
    }

    private static Variable Activate(Tape tape, Variable x) => tape.Clamp(tape.Relu(x), -1, 1);

    private static Variable Conv(Tape tape, Variable x, int outputs, int kernel, int padding) =>
        tape.Conv2d(x, New(tape, x.Shape.Channels * kernel * kernel, outputs, x.Shape.Channels, kernel, kernel), null, padding);

    private static Variable Dense(Tape tape, Variable x, int outputs) => tape.Dense(x, New(tape, x.Shape.Channels, outputs, x.Shape.Channels), New(tape, 1000, outputs));

    private static Parameter New(Tape tape, int fan, params int[] shape)
    {
        var parameter = new Parameter($"p{tape.Parameters.Count}.{shape.Length}", [.. shape]);
        var random = new CounterRandom(11, RandomPurpose.Initialization);
        random.Fill(tape.Parameters.Count, 0, 0, parameter.Value);
        float limit = 1.7f / MathF.Sqrt(fan);
        foreach (ref float value in parameter.Value) value = (value * 2 - 1) * limit;
        return parameter;
    }
}

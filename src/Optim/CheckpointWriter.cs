// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Ai8x.Optim;

/// <summary>Writes the fields of a checkpoint, little endian, in the order of <c>docs/checkpoint-format.md</c>.</summary>
internal sealed class CheckpointWriter(Stream stream)
{
    public void Int32(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        stream.Write(bytes);
    }

    public void Int64(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        stream.Write(bytes);
    }

    public void Payload(Checkpoint checkpoint)
    {
        Text(checkpoint.Configuration);
        stream.Write(Convert.FromHexString(checkpoint.ConfigurationHash));
        Double(checkpoint.Schedule.LearningRate);
        Double(checkpoint.Schedule.Best);
        Int32(checkpoint.Schedule.Wait);
        Int32(checkpoint.BestEpoch);
        Double(checkpoint.BestScore);
        History(checkpoint.History);
        Weights(checkpoint.Weights);
        Optimizer(checkpoint.Optimizer);
    }

    private void History(ImmutableArray<EpochMetrics> history)
    {
        Int32(history.Length);
        foreach (EpochMetrics epoch in history)
        {
            Double(epoch.Loss);
            Double(epoch.Accuracy);
            Double(epoch.ValidationLoss);
            Double(epoch.ValidationAccuracy);
            Double(epoch.LearningRate);
            Double(epoch.TopFive);
            Double(epoch.ValidationTopFive);
        }
    }

    private void Weights(ImmutableArray<CheckpointWeight> weights)
    {
        Int32(weights.Length);
        foreach (CheckpointWeight weight in weights)
        {
            Text(weight.Name);
            Int32(weight.Shape.Length);
            foreach (int extent in weight.Shape) Int32(extent);
            Floats(weight.Values);
        }
    }

    private void Optimizer(OptimizerState state)
    {
        Text(state.Optimizer);
        Int64(state.Steps);
        Int32(state.Scalars.Length);
        foreach (double scalar in state.Scalars) Double(scalar);
        Int32(state.Slots.Length);
        foreach (ImmutableArray<float> slot in state.Slots)
        {
            Int32(slot.Length);
            Floats(slot);
        }
    }

    private void Text(string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        if (bytes.Length > CheckpointReader.MaximumTextBytes) throw new CheckpointException(null, $"a text of {bytes.Length} bytes is too long for a checkpoint; use a model with fewer layers or shorter names");
        Int32(bytes.Length);
        stream.Write(bytes);
    }

    private void Double(double value) => Int64(BitConverter.DoubleToInt64Bits(value));

    private void Floats(ImmutableArray<float> values)
    {
        byte[] bytes = new byte[checked(values.Length * sizeof(float))];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        stream.Write(bytes);
    }
}

// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Ai8x.Optim;

/// <summary>
/// Reads the fields of a checkpoint. The checksum guards against accidents, not against malice, so every count is held against the
/// bytes that are left before memory is taken for it.
/// </summary>
internal sealed class CheckpointReader(string? path, ReadOnlyMemory<byte> bytes, int version)
{
    public const int MaximumTextBytes = 1 << 16;

    private const int MaximumRank = 4;
    private const int EpochBytes = 5 * sizeof(double);
    private const int FirstVersionWithTopFive = 2;

    private int _position = CheckpointFile.Magic.Length + sizeof(int);

    private static UTF8Encoding StrictUtf8 { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private int Left => bytes.Length - _position;

    public Checkpoint Checkpoint()
    {
        int reserved = Int32();
        Require(reserved == 0, $"a reserved field is not zero");
        long payload = Int64();
        Require(payload == Left, $"the payload has {Left} bytes, the header says {payload}");
        string configuration = Text("configuration");
        ReadOnlySpan<byte> hash = Take(CheckpointFile.ChecksumBytes);
        string expectedHash = Convert.ToHexStringLower(hash);
        var schedule = new ScheduleState(Double(), Double(), Int32());
        int bestEpoch = Int32();
        double best = Double();
        ImmutableArray<EpochMetrics> history = History();
        Require(double.IsFinite(schedule.LearningRate) && schedule.LearningRate > 0, $"the learning rate is not a positive number");
        Require(schedule.Wait >= 0 && !double.IsNaN(schedule.Best), $"the state of the schedule is out of range");
        Require(bestEpoch >= 0 && bestEpoch <= history.Length && !double.IsNaN(best), $"the best epoch is out of range");
        var checkpoint = new Checkpoint
        {
            Configuration = configuration,
            Schedule = schedule,
            BestEpoch = bestEpoch,
            BestScore = best,
            History = history,
            Weights = Weights(),
            Optimizer = Optimizer(),
        };
        Require(Left == 0, $"{Left} bytes follow the last field");
        Require(checkpoint.ConfigurationHash == expectedHash, $"the hash of the configuration does not match its text");
        return checkpoint;
    }

    private ImmutableArray<EpochMetrics> History()
    {
        int count = Count(EpochBytes, "epochs");
        var history = ImmutableArray.CreateBuilder<EpochMetrics>(count);
        for (int i = 0; i < count; i++)
        {
            var epoch = new EpochMetrics(i + 1, Double(), Double(), Double(), Double(), Double());
            history.Add(version < FirstVersionWithTopFive ? epoch : epoch with { TopFive = Double(), ValidationTopFive = Double() });
        }

        return history.MoveToImmutable();
    }

    private ImmutableArray<CheckpointWeight> Weights()
    {
        // A weight takes at least its three length fields and one value.
        int count = Count(4 * sizeof(int), "weights");
        var weights = ImmutableArray.CreateBuilder<CheckpointWeight>(count);
        for (int i = 0; i < count; i++) weights.Add(Weight());
        return weights.MoveToImmutable();
    }

    private CheckpointWeight Weight()
    {
        string name = Text("name of a weight");
        int rank = Int32();
        Require(rank is >= 1 and <= MaximumRank, $"weight \"{name}\" has {rank} axes, a weight has 1 to {MaximumRank}");
        var shape = ImmutableArray.CreateBuilder<int>(rank);
        long count = 1;
        for (int axis = 0; axis < rank; axis++)
        {
            int extent = Int32();
            Require(extent >= 1, $"weight \"{name}\" has an axis of {extent}");
            shape.Add(extent);
            // Stays below 2^31 * 2^29 before the test, so it cannot overflow.
            count *= extent;
            Require(count <= Left / sizeof(float), $"weight \"{name}\" claims more values than the file holds");
        }

        float[] values = Floats((int)count, $"weight \"{name}\"");
        return new CheckpointWeight(name, shape.MoveToImmutable(), values);
    }

    private OptimizerState Optimizer()
    {
        string name = Text("name of the optimizer");
        long steps = Int64();
        Require(steps >= 0, $"the optimizer made {steps} steps");
        double[] scalars = new double[Count(sizeof(double), "optimizer numbers")];
        for (int i = 0; i < scalars.Length; i++)
        {
            scalars[i] = Double();
            Require(double.IsFinite(scalars[i]), $"a number of the optimizer is not finite");
        }

        var slots = new ReadOnlyMemory<float>[Count(sizeof(int), "optimizer slots")];
        for (int i = 0; i < slots.Length; i++) slots[i] = Floats(Count(sizeof(float), "optimizer values"), "the optimizer");
        return new OptimizerState(name, steps, ImmutableCollectionsMarshal.AsImmutableArray(scalars), ImmutableCollectionsMarshal.AsImmutableArray(slots));
    }

    /// <summary>Reads a count of things that take at least so many bytes each.</summary>
    private int Count(int bytesEach, string what)
    {
        int count = Int32();
        Require(count >= 0 && count <= Left / bytesEach, $"the file claims {count} {what}, there is room for {Left / bytesEach}");
        return count;
    }

    private string Text(string what)
    {
        int length = Count(1, $"bytes of {what}");
        Require(length <= MaximumTextBytes, $"the {what} has {length} bytes, at most {MaximumTextBytes} are allowed");
        try
        {
            return StrictUtf8.GetString(Take(length));
        }
        catch (ArgumentException)
        {
            throw Damaged($"the {what} is not UTF-8 text");
        }
    }

    private float[] Floats(int count, string what)
    {
        ReadOnlySpan<byte> raw = Take(checked(count * sizeof(float)));
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(raw[(i * sizeof(float))..]);
            if (!float.IsFinite(values[i])) throw Damaged($"a value of {what} is not finite");
        }

        return values;
    }

    private double Double() => BitConverter.Int64BitsToDouble(Int64());

    private int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    private long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    private ReadOnlySpan<byte> Take(int count)
    {
        Require(count <= Left, $"{count} bytes are needed, {Left} are left");
        ReadOnlySpan<byte> taken = bytes.Span.Slice(_position, count);
        _position += count;
        return taken;
    }

    private void Require(bool holds, FormattableString problem)
    {
        if (!holds) throw Damaged(FormattableString.Invariant(problem));
    }

    private CheckpointException Damaged(string problem) =>
        new(path, string.Create(CultureInfo.InvariantCulture, $"at byte {_position}: {problem}; the file is damaged, use another checkpoint"));
}

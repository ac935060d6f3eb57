// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Ai8x.Layers;

namespace Ai8x.Optim.Tests;

public class CheckpointTests
{
    private static Checkpoint Small() => new()
    {
        Configuration = "model: tiny\nseed: 4\n",
        Schedule = new ScheduleState(0.0002, 0.75, 2),
        BestEpoch = 2,
        BestScore = 0.8,
        History = [new(1, 1.5, 0.25, 1.25, 0.5, 0.001) { TopFive = 0.5, ValidationTopFive = 0.75 }, new(2, 1.0, 0.5, 0.75, 0.8, 0.001)],
        Weights = [new("a/kernel", [2, 1, 1, 1], Values(0.5f, -0.25f)), new("a/bias", [2], Values(0f, -0f))],
        Optimizer = new OptimizerState("Adam", 14, [0.81, 0.998], [Values(1f, 2f), Values(3f, 4f), Values(5f, 6f), Values(7f, float.Epsilon)]),
    };

    [Fact]
    public void WriteAndRead_GiveTheSameCheckpoint()
    {
        using var folder = new TemporaryFolder();
        Checkpoint written = Small();
        CheckpointFile.Write(folder["c.ckpt"], written);

        Checkpoint read = CheckpointFile.Read(folder["c.ckpt"]);

        Assert.Equal(CheckpointFile.Encode(written), CheckpointFile.Encode(read));
        Assert.Equal(written.Configuration, read.Configuration);
        Assert.Equal(written.ConfigurationHash, read.ConfigurationHash);
        Assert.Equal(written.Schedule, read.Schedule);
        Assert.Equal(written.History, read.History.AsEnumerable());
        Assert.Equal((2, 2, 0.8), (read.EpochsCompleted, read.BestEpoch, read.BestScore));
        Assert.Equal(written.Weights[0].Values.ToArray(), read.Weights[0].Values.ToArray());
        Assert.Equal(written.Weights[0].Shape, read.Weights[0].Shape.AsEnumerable());
        Assert.True(float.IsNegative(read.Weights[1].Values.Span[1]));
        Assert.Equal(written.Optimizer.Scalars, read.Optimizer.Scalars.AsEnumerable());
        Assert.Equal(14, read.Optimizer.Steps);
        Assert.Equal(float.Epsilon, read.Optimizer.Slots[3].Span[1]);
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Read_WithAnyByteFlipped_IsDetected()
    {
        byte[] bytes = CheckpointFile.Encode(Small());
        for (int i = 0; i < bytes.Length; i++)
        {
            foreach (int flip in (int[])[0x01, 0x80, 0xff])
            {
                bytes[i] ^= (byte)flip;
                Assert.Throws<CheckpointException>(() => CheckpointFile.Decode(null, bytes));
                bytes[i] ^= (byte)flip;
            }
        }

        Assert.NotNull(CheckpointFile.Decode(null, bytes));
    }

    [Fact]
    public void Read_CutOffAtAnyLength_IsDetected()
    {
        byte[] bytes = CheckpointFile.Encode(Small());

        for (int length = 0; length < bytes.Length; length++) Assert.Throws<CheckpointException>(() => CheckpointFile.Decode(null, bytes[..length]));
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(0x10000000)]
    public void Read_WithAnyFieldLyingUnderAValidChecksum_NeverCrashes(int lie)
    {
        byte[] original = CheckpointFile.Encode(Small());
        int detected = 0;
        for (int i = CheckpointFile.HeaderBytes - 8; i + 4 <= original.Length - CheckpointFile.ChecksumBytes; i++)
        {
            byte[] bytes = [.. original];
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i), lie);
            Reseal(bytes);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                CheckpointFile.Decode(null, bytes);
            }
            catch (CheckpointException)
            {
                detected++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        }

        Assert.True(detected > 20, $"only {detected} lies were detected");
    }

    [Fact]
    public void Read_WithBytesAfterTheLastField_IsDetected()
    {
        byte[] original = CheckpointFile.Encode(Small());
        byte[] bytes = [.. original[..^CheckpointFile.ChecksumBytes], 0, .. original[^CheckpointFile.ChecksumBytes..]];
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(CheckpointFile.HeaderBytes - 8), bytes.Length - CheckpointFile.HeaderBytes - CheckpointFile.ChecksumBytes);
        Reseal(bytes);

        Assert.Contains("follow the last field", Assert.Throws<CheckpointException>(() => CheckpointFile.Decode(null, bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WithAValueThatIsNotFinite_IsDetected()
    {
        Checkpoint bad = Small() with { Weights = [new("a/kernel", [1], Values(float.NaN))] };

        Assert.Contains("a/kernel", Assert.Throws<CheckpointException>(() => CheckpointFile.Decode(null, CheckpointFile.Encode(bad))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAnotherVersion_SaysWhichVersion()
    {
        byte[] bytes = CheckpointFile.Encode(Small());
        bytes[8] = 3;

        Assert.Contains("version 3", Assert.Throws<CheckpointException>(() => CheckpointFile.Decode(null, bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfVersion1_GivesTheSameCheckpointWithoutTopFive()
    {
        Checkpoint written = Small();
        byte[] bytes = CheckpointFile.Encode(written);
        // Version 1 lacks the last two numbers of each epoch; they follow the texts and the numbers before them.
        int history = CheckpointFile.HeaderBytes + 4 + written.Configuration.Length + 32 + 8 + 8 + 4 + 4 + 8 + 4;
        byte[] old = [.. bytes[..(history + 40)], .. bytes[(history + 56)..(history + 96)], .. bytes[(history + 112)..]];
        old[8] = 1;
        BinaryPrimitives.WriteInt64LittleEndian(old.AsSpan(CheckpointFile.HeaderBytes - 8), old.Length - CheckpointFile.HeaderBytes - CheckpointFile.ChecksumBytes);
        Reseal(old);

        Checkpoint read = CheckpointFile.Decode(null, old);

        Assert.Equal(written.History.Select(epoch => epoch with { TopFive = double.NaN, ValidationTopFive = double.NaN }), read.History);
        Assert.Equal(CheckpointFile.Encode(written with { History = read.History }), CheckpointFile.Encode(read));
    }

    [Fact]
    public void Read_OfAFileThatIsTooShortOrMissing_NamesTheFile()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["short.ckpt"], [1, 2, 3]);

        Assert.Contains("short.ckpt", Assert.Throws<CheckpointException>(() => CheckpointFile.Read(folder["short.ckpt"])).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => CheckpointFile.Read(folder["none.ckpt"]));
    }

    [Fact]
    public void ApplyWeights_ToAnotherModel_ChangesNothingAndNamesTheParameter()
    {
        Model model = TinyModel.Build();
        string before = WeightHash.Of(model.Parameters);
        ImmutableArray<CheckpointWeight> weights = Checkpoint.View(model.Parameters);

        CheckpointException error = Assert.Throws<CheckpointException>(
            () => (Small() with { Weights = weights.SetItem(1, weights[1] with { Shape = [1] }) }).ApplyWeights(model));

        Assert.Contains("conv2d_1/kernel", error.Message, StringComparison.Ordinal);
        Assert.Throws<CheckpointException>(() => Small().ApplyWeights(model));
        Assert.Equal(before, WeightHash.Of(model.Parameters));
    }

    [Fact]
    public void Write_OfALargeModel_ReadsBack_AndAllocatesLittle()
    {
        using var folder = new TemporaryFolder();
        float[] values = [.. Enumerable.Range(0, 1_000_003).Select(i => i / 7f)];
        Checkpoint large = Small() with { Weights = [new("a/kernel", [1_000_003], values)] };
        CheckpointFile.Write(folder["c.ckpt"], large);

        long before = GC.GetAllocatedBytesForCurrentThread();
        CheckpointFile.Write(folder["c.ckpt"], large);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(values, CheckpointFile.Read(folder["c.ckpt"]).Weights[0].Values.ToArray());
        Assert.InRange(allocated, 1, 100_000);
    }

    private static ReadOnlyMemory<float> Values(params float[] values) => values;

    private static void Reseal(byte[] bytes) =>
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - CheckpointFile.ChecksumBytes), bytes.AsSpan(bytes.Length - CheckpointFile.ChecksumBytes));
}

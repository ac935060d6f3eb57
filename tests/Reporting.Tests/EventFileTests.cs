// SPDX-License-Identifier: MIT
using System.Text;

namespace Ai8x.Reporting.Tests;

public sealed class EventFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ai8x-events-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void TheReadersChecksum_IsTheStandardsExample() => Assert.Equal(0xE3069283, EventFileReader.Crc32C(Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void Scalars_AreReadBackByAnIndependentReader()
    {
        using (EventFile file = EventFile.Begin(_folder, TimeProvider.System))
        {
            file.Scalars(0, ("epoch_loss", 2.5), ("epoch_accuracy", 0.25));
            file.Scalars(1, ("epoch_loss", 1.25));
            file.Scalars(300, ("größe/µ", double.NaN), ("negative", -1e-30));
        }

        EventFileReader read = EventFileReader.Read(File.ReadAllBytes(Only()));
        Assert.Equal("brain.Event:2", read.Version);
        Assert.Equal(
            [(0L, "epoch_loss", 2.5f), (0L, "epoch_accuracy", 0.25f), (1L, "epoch_loss", 1.25f), (300L, "größe/µ", float.NaN), (300L, "negative", -1e-30f)],
            read.Scalars.Select(scalar => (scalar.Step, scalar.Tag, scalar.Value)));
        double now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        Assert.All(read.Scalars, scalar => Assert.InRange(scalar.WallTime, now - 60, now + 1));
    }

    [Fact]
    public void EveryRecord_IsOnDiskBeforeTheNextOne()
    {
        using EventFile file = EventFile.Begin(_folder, TimeProvider.System);
        for (int step = 0; step < 3; step++)
        {
            file.Scalars(step, ("x", step));
            Assert.Equal(step + 1, EventFileReader.Read(ReadShared(file.Path)).Scalars.Count);
        }
    }

    [Fact]
    public void AFlippedBit_IsFoundByTheReader()
    {
        using (EventFile file = EventFile.Begin(_folder, TimeProvider.System)) file.Scalars(7, ("epoch_loss", 2.5));
        byte[] bytes = File.ReadAllBytes(Only());
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x10;
            Assert.Throws<InvalidDataException>(() => EventFileReader.Read(bytes));
            bytes[i] ^= 0x10;
        }
    }

    [Fact]
    public void Begin_ReplacesTheFilesOfAnEarlierPart_AndNothingElse()
    {
        File.WriteAllText(Path.Combine(_folder, "notes.txt"), "mine");
        using (EventFile first = EventFile.Begin(_folder, TimeProvider.System)) first.Scalars(0, ("x", 1));
        using (EventFile second = EventFile.Begin(_folder, TimeProvider.System)) second.Scalars(0, ("x", 2));

        Assert.Equal(2, Directory.GetFiles(_folder).Length);
        Assert.Equal(2f, Assert.Single(EventFileReader.Read(File.ReadAllBytes(Only())).Scalars).Value);
    }

    [Fact]
    public void LongRecords_AreFramedLikeShortOnes()
    {
        using (EventFile file = EventFile.Begin(_folder, TimeProvider.System)) file.Scalars(long.MaxValue, [.. Enumerable.Range(0, 500).Select(i => ($"metric/{i}", (double)i))]);
        EventFileReader read = EventFileReader.Read(File.ReadAllBytes(Only()));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => ($"metric/{i}", (float)i, long.MaxValue)), read.Scalars.Select(scalar => (scalar.Tag, scalar.Value, scalar.Step)));
    }

    private static byte[] ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private string Only() => Assert.Single(Directory.GetFiles(_folder, "events.out.tfevents.*"));
}

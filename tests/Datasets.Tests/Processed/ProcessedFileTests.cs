// SPDX-License-Identifier: MIT
using Ai8x.Datasets.Processed;
using Ai8x.Tensors;

namespace Ai8x.Datasets.Tests.Processed;

public sealed class ProcessedFileTests : IDisposable
{
    private static readonly byte[] Fingerprint = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(4, 3, 2)]
    [InlineData(5, 1, 7)]
    public void File_IsAnOrdinaryNpz(int height, int width, int channels)
    {
        var layout = new SampleLayout(new(height, width, channels), ["a", "bé"], [3, 1, 2]);
        string path = Write(layout);
        // The reader of another room, over the system's zip archives.
        IReadOnlyDictionary<string, NpyArray> arrays = NpzFile.Read(path);
        Assert.Equal(["fingerprint", "class_names", "train_labels", "valid_labels", "test_labels", "train_images", "valid_images", "test_images"], arrays.Keys);
        Assert.Equal(Fingerprint, arrays["fingerprint"].Values<byte>().ToArray());
        Assert.Equal("a\nbé", System.Text.Encoding.UTF8.GetString(arrays["class_names"].Values<byte>()));
        Assert.Equal(width == 1 ? [3, height, channels] : [3, height, width, channels], arrays["train_images"].Shape);
        Assert.Equal([.. Enumerable.Range(0, 3).SelectMany(i => Sample(layout, 0, i))], arrays["train_images"].Values<byte>().ToArray());
        Assert.Equal(Sample(layout, 1, 0), arrays["valid_images"].Values<byte>().ToArray());
        Assert.Equal([0, 1, 0], arrays["train_labels"].Values<byte>().ToArray());
    }

    [Fact]
    public void Entries_HaveTheChecksumsOfTheirContents()
    {
        var layout = new SampleLayout(new(40, 30, 2), ["a", "b"], [3, 1, 2]);
        using FileStream stream = File.OpenRead(Write(layout));
        using var archive = new System.IO.Compression.ZipArchive(stream);
        foreach (System.IO.Compression.ZipArchiveEntry entry in archive.Entries)
        {
            using var content = new MemoryStream();
            using Stream opened = entry.Open();
            opened.CopyTo(content);
            Assert.Equal(TinyArchive.Crc(content.ToArray()), entry.Crc32);
        }
    }

    [Fact]
    public void SameSamples_GiveTheSameBytes_AndAreReadBack()
    {
        var layout = new SampleLayout(new(4, 3, 2), ["a", "b"], [3, 1, 2]);
        string path = Write(layout);
        byte[] first = File.ReadAllBytes(path);
        Write(layout);
        Assert.Equal(first, File.ReadAllBytes(path));
        using ProcessedFile? file = ProcessedFile.TryOpen(path, layout.Shape, Fingerprint);
        Assert.NotNull(file);
        Assert.Equal(layout.Counts, file.Layout.Counts);
        DiskSource source = file.Stream("x", SplitPart.Test);
        Assert.Equal([.. Sample(layout, 2, 1).Select(value => (sbyte)(value - 128))], Samples.Of(source, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Label(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Samples.Of(source, -1));
        Assert.Throws<ArgumentException>(() => source.Fill([0, 1], new sbyte[47]));
    }

    [Fact]
    public void OtherFingerprintOrShape_IsNotOpened()
    {
        var layout = new SampleLayout(new(4, 3, 2), ["a", "b"], [3, 1, 2]);
        string path = Write(layout);
        Assert.Null(ProcessedFile.TryOpen(path, layout.Shape, new byte[32]));
        Assert.Null(ProcessedFile.TryOpen(path, new(3, 4, 2), Fingerprint));
        Assert.Null(ProcessedFile.TryOpen(path + "x", layout.Shape, Fingerprint));
    }

    [Fact]
    public void DamagedFiles_AreNeverMoreThanNotOpened()
    {
        var layout = new SampleLayout(new(4, 3, 2), ["a", "b"], [3, 1, 2]);
        byte[] good = File.ReadAllBytes(Write(layout));
        var random = new Random(5);
        string path = _folder.At("damaged.npz");
        for (int round = 0; round < 150; round++)
        {
            byte[] bad = [.. good];
            for (int change = random.Next(1, 4); change > 0; change--) bad[random.Next(bad.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, random.Next(4) == 0 ? bad[..random.Next(bad.Length)] : bad);
            using ProcessedFile? file = ProcessedFile.TryOpen(path, layout.Shape, Fingerprint);
            foreach (SplitPart part in Enum.GetValues<SplitPart>()) file?.Load(part, Token);
        }
    }

    [Fact]
    public void SpaceThatIsNotThere_IsFoundOutAtTheStart_AndLeavesNothing()
    {
        // 2^20 samples of a gibibyte.
        var layout = new SampleLayout(new(1 << 15, 1 << 15, 1), ["a", "b"], [1 << 20, 1, 1]);
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsWindows(), "Space is reserved on Linux and Windows only.");
        Assert.ThrowsAny<IOException>(() => new ProcessedWriter(_folder.At("p.npz"), layout));
        Assert.Empty(_folder.AllFiles());
    }

    [Fact]
    public void Leftovers_OfAKilledRun_AreRemoved_ThoseInUseStay()
    {
        var layout = new SampleLayout(new(4, 3, 2), ["a", "b"], [3, 1, 2]);
        File.WriteAllText(_folder.At(".p.npz.killed.tmp"), "half");
        using (var other = new ProcessedWriter(_folder.At("p.npz"), layout))
        {
            string[] before = _folder.AllFiles();
            Assert.Single(before);
            Write(layout);
            Assert.Contains(before[0], _folder.AllFiles());
        }

        Assert.Equal(["p.npz"], _folder.AllFiles());
    }

    private static byte[] Sample(SampleLayout layout, int part, int index) => [.. Enumerable.Range(0, layout.Shape.Count).Select(i => (byte)((part * 50) + (index * 20) + i))];

    private string Write(SampleLayout layout)
    {
        string path = _folder.At("p.npz");
        using var writer = new ProcessedWriter(path, layout);
        for (int part = 0; part < 3; part++)
        {
            // Backwards: any order will do.
            for (int i = layout.Counts[part] - 1; i >= 0; i--) writer.Write((SplitPart)part, i, Sample(layout, part, i), i % 2);
        }

        writer.Complete(Fingerprint, Token);
        return path;
    }
}

// SPDX-License-Identifier: MIT
using Ai8x.Datasets.Processed;
using Ai8x.Datasets.Speech;
using Ai8x.Tensors;

namespace Ai8x.Datasets.Tests.Speech;

public sealed class SpeechDatasetTests : IDisposable
{
    private static readonly string[] Names = NamesFor(train: 3, valid: 1, test: 2);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Recordings_BecomeQuantizedRowsInTheirParts()
    {
        WriteFolder(_folder.At("data"), "one", "two");
        DatasetParts parts = Load("speech_digits", copies: 0);
        Assert.Equal([6, 2, 4], [parts.Train.Count, parts.Valid.Count, parts.Test.Count]);
        Assert.Equal(["one", "two"], parts.Train.ClassNames);
        Assert.Equal(new SampleShape(128, 1, 128), parts.Train.Shape);
        Assert.Equal([0, 0, 0, 1, 1, 1], Samples.Labels(parts.Train));
        Assert.Equal([0, 1], Samples.Labels(parts.Valid));
        foreach ((SampleSource source, SplitPart part) in new[] { (parts.Train, SplitPart.Train), (parts.Valid, SplitPart.Valid), (parts.Test, SplitPart.Test) })
        {
            (string Word, string Name)[] members = [.. from word in new[] { "one", "two" } from name in Names.Order(StringComparer.Ordinal) where SpeechSplit.PartOf(name) == part select (word, name)];
            for (int i = 0; i < members.Length; i++) Assert.Equal(Expected(members[i].Word, members[i].Name), Samples.Of(source, i));
        }
    }

    [Fact]
    public void TrainingRecordings_AreFollowedByTheirCopies_OthersAreNot()
    {
        WriteFolder(_folder.At("data"), "one", "two");
        DatasetParts plain = Load("speech_digits", copies: 0);
        DatasetParts copied = Load("speech_digits", copies: 2);
        Assert.Equal([18, 2, 4], [copied.Train.Count, copied.Valid.Count, copied.Test.Count]);
        Assert.Equal(Samples.All(plain.Test), Samples.All(copied.Test));
        Assert.Equal(Samples.All(plain.Valid), Samples.All(copied.Valid));
        string[] train = [.. Names.Where(name => SpeechSplit.PartOf(name) == SplitPart.Train).Order(StringComparer.Ordinal)];
        string[] sorted = [.. Names.Order(StringComparer.Ordinal)];
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(Samples.Of(plain.Train, i), Samples.Of(copied.Train, 3 * i));
            (string word, string name) = (i < 3 ? "one" : "two", train[i % 3]);
            double[] recording = [.. Recording(word, name).Select(value => value / 32768.0)];
            for (int copy = 1; copy <= 2; copy++)
            {
                byte[] expected = new byte[16384];
                SpeechFrame.Quantize(new SpeechAugmentation(4).Copy(recording, Array.IndexOf(sorted, name) + (i < 3 ? 0 : sorted.Length), copy), expected);
                Assert.Equal(expected.Select(value => (sbyte)(value - 128)), Samples.Of(copied.Train, (3 * i) + copy));
                Assert.Equal(i / 3, copied.Train.Label((3 * i) + copy));
            }
        }
    }

    [Fact]
    public void ArchiveAndFolder_GiveTheSameSamples_FromMemoryAndFromDisk()
    {
        WriteFolder(_folder.At("data"), "nine", "go");
        DatasetParts expected = Load("speech_digits");
        string archives = _folder.At("archives");
        Directory.CreateDirectory(archives);
        // Stored in another order than that of the names, as archives are.
        (string, byte[])[] members = [.. from name in Names.Reverse() from word in new[] { "nine", "go" } select ($"./speech_digits/{word}/{name}", TinyWav.Of(Recording(word, name)))];
        File.WriteAllBytes(Path.Combine(archives, "speech_digits.tar.gz"), TinyArchive.TarGz([("speech_digits/README.md", "text"u8.ToArray()), .. members]));
        Samples.RequireEqual(expected, Load("speech_digits", data: archives));
        DatasetParts streamed = Load("speech_digits", data: archives, limit: 100_000);
        Assert.IsType<DiskSource>(streamed.Train);
        Samples.RequireEqual(expected, streamed);
    }

    [Fact]
    public void OtherWordsThanTheTwenty_AreUnknown()
    {
        WriteFolder(_folder.At("kws20"), "zero", "marvin", "up");
        WriteFolder(_folder.At("kws20"), "_background_noise_");
        DatasetParts parts = Load("kws20", data: _folder.Path, copies: 0);
        Assert.Equal(21, parts.Train.ClassNames.Length);
        Assert.Equal(["up", "down", "left", "right", "stop", "go", "yes", "no", "on", "off", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "zero", "unknown"], parts.Train.ClassNames);
        Assert.Equal([20, 0, 19], Samples.Labels(parts.Valid));
        Assert.Equal(_folder.At("kws20"), parts.Folder);
    }

    [Fact]
    public void SeedRoles_SwapTheTwoSplits()
    {
        WriteFolder(_folder.At("data"), "one", "two");
        DatasetParts named = Load("speech_digits");
        DatasetParts seed = Load("speech_digits", roles: SplitRoles.Seed);
        Assert.Equal(Samples.All(named.Valid), Samples.All(seed.Test));
        Assert.Equal(Samples.All(named.Test), Samples.All(seed.Valid));
        Assert.Equal("speech_digits/test (validation split)", seed.Test.Name);
    }

    [Fact]
    public void Cache_IsUsedAgain_AndMadeAnewWhenFilesOrParametersChange()
    {
        WriteFolder(_folder.At("data"), "one", "two");
        var progress = new List<PreparationProgress>();
        DatasetParts first = Load("speech_digits", progress: progress);
        Assert.Equal(new PreparationProgress("speech_digits", 18, 18), progress[^1]);
        Assert.Equal(["speech_digits/processed-1x-seed4.npz"], CacheFiles());
        progress.Clear();
        Samples.RequireEqual(first, Load("speech_digits", progress: progress));
        Assert.Empty(progress);

        Load("speech_digits", progress: progress, seed: 5);
        Assert.NotEmpty(progress);
        Assert.Equal(["speech_digits/processed-1x-seed4.npz", "speech_digits/processed-1x-seed5.npz"], CacheFiles());

        progress.Clear();
        string changed = _folder.At("data", "one", Names[0]);
        File.WriteAllBytes(changed, TinyWav.Of(TinyWav.Recording(999)));
        File.SetLastWriteTimeUtc(changed, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.NotEqual(Samples.All(first.Train), Samples.All(Load("speech_digits", progress: progress).Train));
        Assert.NotEmpty(progress);
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("sample changed")]
    [InlineData("header changed")]
    [InlineData("no archive")]
    public void DamagedCache_IsMadeAnew(string fault)
    {
        WriteFolder(_folder.At("data"), "one", "two");
        DatasetParts expected = Load("speech_digits");
        string cache = _folder.At("cache", "speech_digits", "processed-1x-seed4.npz");
        byte[] good = File.ReadAllBytes(cache);
        byte[] bad = [.. good];
        switch (fault)
        {
            case "truncated": bad = bad[..^5000]; break;
            case "sample changed": bad[bad.Length / 2] ^= 1; break;
            case "header changed": bad[3] ^= 1; break;
            default: bad = "PK or not"u8.ToArray(); break;
        }

        File.WriteAllBytes(cache, bad);
        Samples.RequireEqual(expected, Load("speech_digits"));
        Assert.Equal(good, File.ReadAllBytes(cache));
    }

    [Theory]
    [InlineData("wrong rate", "one/")]
    [InlineData("lying header", "one/")]
    [InlineData("too long", "one/")]
    [InlineData("empty folder", "'three'")]
    [InlineData("one word", "number of words")]
    [InlineData("part without recordings", "'test'")]
    public void HostileFolders_AreATypedErrorThatNamesTheFile_AndLeaveNoCache(string fault, string named)
    {
        string data = _folder.At("data");
        WriteFolder(data, fault == "one word" ? ["one"] : ["one", "two"]);
        byte[] wav = TinyWav.Of([1, 2, 3]);
        switch (fault)
        {
            case "wrong rate": File.WriteAllBytes(Path.Combine(data, "one", Names[0]), TinyWav.Of([1, 2], rate: 44_100)); break;
            case "lying header": wav[41] = 9; File.WriteAllBytes(Path.Combine(data, "one", Names[0]), wav); break;
            case "too long": File.WriteAllBytes(Path.Combine(data, "one", Names[0]), new byte[3 << 20]); break;
            case "empty folder": Directory.CreateDirectory(Path.Combine(data, "three")); break;
            case "part without recordings":
                foreach (string word in new[] { "one", "two" })
                {
                    foreach (string name in Names.Where(name => SpeechSplit.PartOf(name) == SplitPart.Test)) File.Delete(Path.Combine(data, word, name));
                }

                break;
        }

        DatasetFormatException error = Assert.Throws<DatasetFormatException>(() => Load("speech_digits"));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains(data, error.File, StringComparison.Ordinal);
        Assert.Empty(CacheFiles());
    }

    [Fact]
    public void RecordingsAtTwoDepthsOrTwice_AreRefused()
    {
        byte[] wav = TinyWav.Of([1, 2, 3]);
        Directory.CreateDirectory(_folder.At("data"));
        foreach (string other in new[] { "b/one/0.wav", "one/0.wav" })
        {
            File.WriteAllBytes(_folder.At("data", "speech_digits.tar.gz"), TinyArchive.TarGz(("a/one/0.wav", wav), (other, wav)));
            Assert.Throws<DatasetFormatException>(() => Load("speech_digits"));
        }
    }

    [Fact]
    public void MissingData_NamesWhatIsWantedAndWhere()
    {
        DatasetUnavailableException error = Assert.Throws<DatasetUnavailableException>(() => Load("kws20"));
        Assert.Contains("speech_commands_v0.02.tar.gz", error.Message, StringComparison.Ordinal);
        Assert.Contains("--data-dir", error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.At("data"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CacheThatCannotBeWritten_IsAClearError()
    {
        WriteFolder(_folder.At("data"), "one", "two");
        File.WriteAllText(_folder.At("cache"), "a file in the place of the folder");
        DatasetUnavailableException error = Assert.Throws<DatasetUnavailableException>(() => Load("speech_digits"));
        Assert.Contains("processed-1x-seed4.npz", error.Message, StringComparison.Ordinal);
        Assert.Contains("--cache-dir", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CancelledPreparation_LeavesNothing()
    {
        WriteFolder(_folder.At("data"), "one", "two");
        using var stop = new CancellationTokenSource();
        var request = new DatasetRequest { DataDirectory = _folder.At("data"), CacheDirectory = _folder.At("cache"), Preparation = new Stopper(stop) };
        Assert.ThrowsAny<OperationCanceledException>(() => DatasetCatalog.Load("speech_digits", request, stop.Token));
        Assert.Empty(CacheFiles());
    }

    private static string[] NamesFor(int train, int valid, int test)
    {
        var wanted = new Dictionary<SplitPart, int> { [SplitPart.Train] = train, [SplitPart.Valid] = valid, [SplitPart.Test] = test };
        var names = new List<string>();
        for (int i = 0; wanted.Values.Sum() > 0; i++)
        {
            string name = $"{i:x8}_nohash_0.wav";
            SplitPart part = SpeechSplit.PartOf(name);
            if (wanted[part] == 0) continue;
            wanted[part]--;
            names.Add(name);
        }

        return [.. names];
    }

    private static short[] Recording(string word, string name)
    {
        int number = (word[0] * 100) + Array.IndexOf(Names, name);
        return TinyWav.Recording(number, number % 2 == 0 ? 3000 + number : 17_000);
    }

    private static void WriteFolder(string folder, params string[] words)
    {
        foreach (string word in words)
        {
            Directory.CreateDirectory(Path.Combine(folder, word));
            foreach (string name in Names) File.WriteAllBytes(Path.Combine(folder, word, name), TinyWav.Of(Recording(word, name)));
        }
    }

    /// <summary>Cut to 16384 samples or filled with zeros; a 16-bit sample over 256, rounded to even.</summary>
    private static sbyte[] Expected(string word, string name) =>
        [.. Recording(word, name).Concat(new short[16384]).Take(16384).Select(value => (sbyte)Math.Clamp(Math.Round(value / 256m, MidpointRounding.ToEven), -128, 127))];

    private string[] CacheFiles() => [.. _folder.AllFiles().Where(file => file.StartsWith("cache", StringComparison.Ordinal)).Select(file => file["cache/".Length..].Replace('\\', '/'))];

    private DatasetParts Load(string name, string? data = null, int copies = 1, ulong seed = 4, long? limit = null, SplitRoles roles = SplitRoles.Named, List<PreparationProgress>? progress = null) =>
        DatasetCatalog.Load(
            name,
            new DatasetRequest
            {
                DataDirectory = data ?? _folder.At("data"),
                CacheDirectory = _folder.At("cache"),
                AugmentedCopies = copies,
                Seed = seed,
                MemoryLimit = limit,
                Roles = roles,
                Preparation = progress is null ? null : new Recorder(progress),
            },
            Token);

    private sealed class Recorder(List<PreparationProgress> steps) : IProgress<PreparationProgress>
    {
        public void Report(PreparationProgress value) => steps.Add(value);
    }

    private sealed class Stopper(CancellationTokenSource stop) : IProgress<PreparationProgress>
    {
        public void Report(PreparationProgress value) => stop.Cancel();
    }
}

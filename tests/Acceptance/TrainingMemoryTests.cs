// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;

namespace Ai8x.Acceptance;

/// <summary>Training takes the memory that it reserves at the start and no more.</summary>
public sealed class TrainingMemoryTests(ITestOutputHelper output) : IDisposable
{
    private const long Megabyte = 1 << 20;
    private const long Most = 400 * Megabyte;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void StepsOfEveryModel_AllocateNothing_NorDoesTheTrainer()
    {
        ChildResult child = ChildProcess.Run("dotnet", AppContext.BaseDirectory, null, Path.Combine(AppContext.BaseDirectory, "Ai8x.BitIdentity.dll"), "any", "allocation", "48", "2");
        Assert.True(child.ExitCode == 0, child.Output + child.Error);
        string[] lines = [.. child.Output.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("allocated ", StringComparison.Ordinal))];
        Assert.Contains("allocated trainer 0", lines);
        Assert.True(lines.Length >= 7, child.Output);
        Assert.All(lines, line => Assert.EndsWith(" 0", line, StringComparison.Ordinal));
    }

    /// <summary>The command as a user runs it, on the bundled images.</summary>
    [Fact]
    public void PeakAtBatch256_StaysBelow400Megabytes() => AssertFlat("fashionmnist-sample", epochs: 2, settled: 2);

    [Fact]
    public void PeakOfMnistAtBatch256_StaysBelow400Megabytes_AndFlatOver20Epochs()
    {
        SlowCheck.Require();
        AssertFlat("mnist", epochs: 20, settled: 10, "--data-dir", Locations.RequireShared("data"));
    }

    /// <summary>Trains, and compares the peak at the end with that after the first epochs.</summary>
    private void AssertFlat(string dataset, int epochs, int settled, params string[] more)
    {
        string[] arguments = ["train", "--model", "mnist_model", "--dataset", dataset, "--epochs", epochs.ToString(CultureInfo.InvariantCulture), "--batch_size", "256", "--lr", "0.001", "--threads", "2", .. more];
        using Process process = ChildProcess.Start("dotnet", _folder.Path, null, [ChildProcess.CommandLine, .. arguments]);
        Task<string> error = process.StandardError.ReadToEndAsync();
        var peaks = new List<long>();
        long last = 0;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            last = Math.Max(last, Peak(process));
            // "211/211 - 12s - loss: ...": an epoch has ended.
            if (line.Contains("- val_loss:", StringComparison.Ordinal)) peaks.Add(last);
        }

        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        output.WriteLine($"peak after each epoch, MB: {string.Join(", ", peaks.Select(peak => peak / Megabyte))}; with export: {last / Megabyte}");
        Assert.Equal(epochs, peaks.Count);
        Assert.All([.. peaks, last], peak => Assert.InRange(peak, Megabyte, Most));
        // Saving leaves some megabytes to the collector in each epoch, which it takes up for the first time after about eight.
        Assert.True(peaks[^1] - peaks[settled - 1] <= 8 * Megabyte, $"{peaks[settled - 1] / Megabyte} MB became {peaks[^1] / Megabyte} MB");
    }

    /// <summary>High-water mark of the process, or 0 when it has just ended.</summary>
    private static long Peak(Process process)
    {
        try
        {
            process.Refresh();
            return process.HasExited ? 0 : process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }
}

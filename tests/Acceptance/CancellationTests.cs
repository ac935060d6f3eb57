// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using Ai8x.Optim;

namespace Ai8x.Acceptance;

/// <summary>Interrupting a training keeps what is complete and nothing else.</summary>
public sealed class CancellationTests
{
    [Fact]
    public async Task InterruptInTheMiddleOfTraining_KeepsTheLastCheckpoint_AndExitsWith130()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Interrupts are sent with kill.");
        Assert.SkipWhen(IgnoresInterrupts(), "A shell started the tests in the background, where interrupts are ignored by them and by every process that they start.");
        using var work = new TemporaryFolder();
        using Process training = ChildProcess.Start(
            "dotnet", work.Path, null,
            [ChildProcess.CommandLine, "train", "--model", "fashionmnist_model", "--dataset", "fashionmnist-sample", "--epochs", "1000", "--batch_size", "256"]);
        string checkpoint;
        try
        {
            checkpoint = await Interrupt(training, work);
        }
        finally
        {
            // A failed test leaves no training behind, which would run for hours.
            if (!training.HasExited) training.Kill(entireProcessTree: true);
        }

        Assert.True(CheckpointFile.Read(Path.Combine(Path.GetDirectoryName(checkpoint)!, Checkpoint.LastFileName)).EpochsCompleted >= 1);
        string[] allowed = [Checkpoint.LastFileName, Checkpoint.BestFileName, "history.csv"];
        string[] files = [.. Directory.EnumerateFiles(work.Path, "*", SearchOption.AllDirectories).Select(file => Path.GetFileName(file)!)];
        Assert.All(files, file => Assert.True(allowed.Contains(file) || file.EndsWith(".log", StringComparison.Ordinal) || file.StartsWith("events.out.tfevents.", StringComparison.Ordinal), $"{file} is left over."));
    }

    /// <summary>Interrupts a training after its first checkpoint and gives that.</summary>
    private static async Task<string> Interrupt(Process training, TemporaryFolder work)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        Task<string> output = training.StandardOutput.ReadToEndAsync(token), error = training.StandardError.ReadToEndAsync(token);
        string checkpoint = WaitForCheckpoint(work, training);
        Assert.Equal(0, ChildProcess.Run("kill", work.Path, null, "-INT", training.Id.ToString(CultureInfo.InvariantCulture)).ExitCode);
        await training.WaitForExitAsync(token).WaitAsync(TimeSpan.FromMinutes(1), token);
        Assert.True(training.ExitCode == 130, await output + await error);
        Assert.DoesNotContain("   at ", await error, StringComparison.Ordinal);
        return checkpoint;
    }

    private static bool IgnoresInterrupts()
    {
        const string Status = "/proc/self/status", Ignored = "SigIgn:";
        const ulong Interrupt = 1 << 1;
        return File.Exists(Status)
            && File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Ignored, StringComparison.Ordinal)) is { } line
            && (ulong.Parse(line.AsSpan(Ignored.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Interrupt) != 0;
    }

    private static string WaitForCheckpoint(TemporaryFolder work, Process training)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < TimeSpan.FromMinutes(8) && !training.HasExited)
        {
            if (Directory.Exists(work["logs"]) &&
                Directory.EnumerateFiles(work["logs"], Checkpoint.BestFileName, SearchOption.AllDirectories).FirstOrDefault() is { } found)
            {
                return found;
            }

            Thread.Sleep(50); // Polls another process's file; there is nothing to wait on.
        }

        if (!training.HasExited) training.Kill();
        throw new TimeoutException("No checkpoint appeared.");
    }
}

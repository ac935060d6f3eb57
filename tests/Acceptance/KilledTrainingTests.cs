// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Ai8x.Acceptance;

/// <summary>A training that is killed at any moment and resumed ends with the bits of the uninterrupted one.</summary>
public sealed class KilledTrainingTests : IDisposable
{
    private const int Moments = 2, SlowMoments = 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void KilledAtRandomMoments_AndResumed_TheWeightsHaveTheBitsOfTheUninterruptedRun()
    {
        var watch = Stopwatch.StartNew();
        ChildResult whole = ChildProcess.Ai8x(_folder.Path, [.. Arguments("whole"), "--json", "whole.json"]);
        Assert.True(whole.ExitCode == 0, whole.Error);
        TimeSpan duration = watch.Elapsed;
        string expected = Hash("whole.json");
        int moments = SlowCheck.Wanted ? SlowMoments : Moments;
        int seed = Environment.TickCount;
        var random = new Random(seed);
        int cut = 0;
        for (int i = 0; i < moments; i++)
        {
            // One moment in each part of the run, so that few of them cover all of it.
            double share = (i + random.NextDouble()) / moments;
            string run = string.Create(CultureInfo.InvariantCulture, $"run{i}");
            if (Kill(run, duration * share)) cut++;
            string folder = Directory.Exists(_folder[run]) ? Directory.GetDirectories(_folder[run]).SingleOrDefault() ?? "" : "";
            // Killed before it had a folder: nothing to resume, the user starts it again.
            string[] resume = folder.Length == 0 ? [] : ["--resume", folder];
            ChildResult resumed = ChildProcess.Ai8x(_folder.Path, [.. Arguments(run), "--json", run + ".json", .. resume]);
            string where = string.Create(CultureInfo.InvariantCulture, $"seed {seed}, moment {i} at {share:0.000} of {duration.TotalSeconds:0.0} s");
            Assert.True(resumed.ExitCode == 0, $"{where}: {resumed.Error}");
            Assert.True(expected == Hash(run + ".json"), $"{where}: other bits");
        }

        Assert.True(cut > 0, "No run was cut off.");
    }

    private static string[] Arguments(string logs) =>
        ["train", "--model", "fashionmnist_model", "--dataset", "fashionmnist-sample", "--epochs", "2", "--batch_size", "256", "--lr", "0.001", "--seed", "7", "--log-dir", logs, "--export-dir", logs + "-export"];

    /// <summary>Starts a run and kills it after a while; says whether it was still alive.</summary>
    private bool Kill(string run, TimeSpan after)
    {
        using Process process = ChildProcess.Start("dotnet", _folder.Path, null, [ChildProcess.CommandLine, .. Arguments(run)]);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (process.WaitForExit(after)) return false;
        process.Kill();
        process.WaitForExit();
        return true;
    }

    private string Hash(string file)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(_folder[file]));
        return json.RootElement.GetProperty("weightsSha256").GetString()!;
    }
}

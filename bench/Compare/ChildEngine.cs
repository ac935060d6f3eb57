// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Compare;

/// <summary>An engine that is measured in processes of its own: one for each model and number of threads.</summary>
/// <param name="Name">Name for messages.</param>
/// <param name="Program">Assembly to start.</param>
/// <param name="Command">Its first argument.</param>
/// <param name="Trains">Whether it can train.</param>
/// <param name="Environment">Variables of the process.</param>
internal sealed record ChildEngine(string Name, string Program, string Command, bool Trains, IReadOnlyDictionary<string, string> Environment)
{
    // Keeps large blocks instead of giving them back to the system after every step: the peer's best.
    private const string KeepLargeBlocks = "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184:glibc.malloc.top_pad=268435456";

    public static ChildEngine Ours { get; } = new("Ai8x.Managed", "Ai8x.Bench.dll", "measure", true, new Dictionary<string, string>());

    public static ChildEngine OnnxRuntime { get; } = new("ONNX Runtime", "Ai8x.Compare.dll", "onnxruntime", false, new Dictionary<string, string> { ["GLIBC_TUNABLES"] = KeepLargeBlocks });

    public static ChildEngine Torch(bool shim)
    {
        var environment = new Dictionary<string, string> { ["GLIBC_TUNABLES"] = KeepLargeBlocks };
        if (shim) environment["LD_PRELOAD"] = TorchShim.Path;
        return new("TorchSharp", "Ai8x.Compare.dll", "torch", true, environment);
    }

    /// <summary>Starts a process that waits for its turns.</summary>
    /// <param name="model">The model.</param>
    /// <param name="threads">Number of threads.</param>
    /// <param name="warmUp">Least seconds before a work is measured.</param>
    /// <param name="seconds">Least seconds of a sample.</param>
    /// <param name="trainingSeconds">The same of training.</param>
    public RunningEngine Start(string model, int threads, double warmUp, double seconds, double trainingSeconds) => new(
        this,
        threads,
        "--" + Ai8x.Bench.Measuring.EngineRunner.InTurns,
        "--model", model,
        "--threads", threads.ToString(CultureInfo.InvariantCulture),
        "--warmup", warmUp.ToString(CultureInfo.InvariantCulture),
        "--seconds", seconds.ToString(CultureInfo.InvariantCulture),
        "--" + Ai8x.Bench.Measuring.EngineRunner.TrainingSeconds, trainingSeconds.ToString(CultureInfo.InvariantCulture));
}

// SPDX-License-Identifier: MIT
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Ai8x.Bench.Measuring;

/// <summary>BenchmarkDotNet in this process, a second or two for each benchmark.</summary>
internal static class BenchmarkSettings
{
    public static IConfig Create() => DefaultConfig.Instance
        .AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(4)
            .WithIterationCount(8)
            .WithIterationTime(TimeInterval.FromMilliseconds(100)))
        .AddColumn(new SpeedColumn(share: false), new SpeedColumn(share: true))
        .WithOptions(ConfigOptions.JoinSummary);
}

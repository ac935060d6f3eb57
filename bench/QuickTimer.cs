// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Ai8x.Tensors;
using BenchmarkDotNet.Attributes;

namespace Ai8x.Bench;

/// <summary>Best time of each kernel benchmark in a few seconds, for a machine that is busy with other work.</summary>
internal static class QuickTimer
{
    private const int Rounds = 60;

    public static void Run(string[] arguments)
    {
        VectorWidth width = arguments.Length > 0 ? Enum.Parse<VectorWidth>(arguments[0]) : VectorWidths.Widest;
        var kernels = new KernelBenchmarks { Width = width };
        kernels.Setup();
        foreach (MethodInfo method in typeof(KernelBenchmarks).GetMethods().Where(method => method.GetCustomAttribute<BenchmarkAttribute>() is not null))
        {
            var body = method.CreateDelegate<Action>(kernels);
            double best = double.MaxValue;
            for (int round = 0; round < Rounds; round++)
            {
                long start = Stopwatch.GetTimestamp();
                body();
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{width} {method.Name,-28} {best,9:F1} us"));
        }
    }
}

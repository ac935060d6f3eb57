// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using Ai8x.Bench.Kernels;
using Ai8x.Bench.Measuring;
using Ai8x.Bench.Models;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Bench;

/// <summary>
/// The layers of a step one by one, on one thread: the shortest time of many calls against that of the multiply-adds alone, and how far median, mean and slowest tenth lie above it,
/// which is what the machine's other work takes. Options <c>--seconds --width</c>, <c>--model</c>: all layers of a published model in place of some of theirs and transposed convolutions, <c>--only</c>: a part of the layers' names, and <c>--touch</c>: megabytes of other memory to write between two calls.
/// </summary>
internal static class PartsProgram
{
    private const int WarmUpCalls = 60;

    public static void Run(Arguments arguments)
    {
        int seconds = arguments.Number("seconds", 1), megabytes = arguments.Number("touch", 0);
        VectorWidth width = Enum.Parse<VectorWidth>(arguments.Text("width", VectorWidths.Widest.ToString()));
        string only = arguments.Text("only", ""), model = arguments.Text("model", "");
        arguments.RequireAllKnown();
        Part[] parts = model.Length == 0
            ? [.. LayerParts.All.SelectMany(layer => Of(layer, width)), .. TransposedCase.All.SelectMany(layer => Of(layer, width))]
            : [.. LayerParts.Of(PublishedModels.Find(model)).SelectMany(layer => Of(layer, width))];
        if (!parts.Any(part => part.Layer.Contains(only, StringComparison.Ordinal))) throw new ArgumentException($"no layer has \"{only}\" in its name: {string.Join("; ", parts.Select(part => part.Layer).Distinct())}");
        if (megabytes is < 0 or > 1024) throw new ArgumentException($"--touch takes 0 to 1024 megabytes, not {megabytes}");
        var other = new float[megabytes << 18];
        double peak = Peak.GigaFlops(1, width);
        Print($"peak {width}: {peak:F0} GFLOP/s on one thread; us for a block of sixteen images; median, mean and slowest tenth in units of the shortest");
        Print($"{"layer",-30}{"part",-12}{"multiply-adds",14}{"shortest",10}{"share",8}{"median",8}{"mean",8}{"tenth",8}");
        foreach (Part part in parts.Where(part => part.Layer.Contains(only, StringComparison.Ordinal)))
        {
            double bound = part.Flops / peak / 1e3;
            List<double> times = Times(part.Call, seconds, other);
            double shortest = times[0];
            Print($"{part.Layer,-30}{part.Name,-12}{bound,14:F1}{shortest,10:F1}{100 * bound / shortest,7:F0}%{times[times.Count / 2] / shortest,8:F3}{times.Average() / shortest,8:F3}{times[times.Count * 9 / 10] / shortest,8:F3}");
        }
    }

    private static IEnumerable<Part> Of((string Name, ConvolutionShape Shape, bool Pools, bool First) layer, VectorWidth width)
    {
        var parts = new LayerParts(width, layer.Shape, layer.Pools, layer.First);
        yield return new Part(layer.Name, "training", parts.Flops, parts.ForwardInTraining);
        yield return new Part(layer.Name, "inference", parts.Flops, parts.ForwardInInference);
        yield return new Part(layer.Name, "backwards", parts.Flops * parts.BackwardPasses, parts.Backward);
        if (layer.First) yield break;
        yield return new Part(layer.Name, "weights", parts.Flops, parts.ParameterGradients);
        yield return new Part(layer.Name, "input", parts.Flops, parts.InputGradient);
    }

    private static IEnumerable<Part> Of(TransposedCase layer, VectorWidth width)
    {
        var parts = new TransposedBenchmarks { Case = layer, Width = width };
        parts.Setup();
        yield return new Part($"transposed {layer}", "forwards", layer.Flops, parts.Forward);
        yield return new Part($"transposed {layer}", "weights", layer.Flops, parts.WeightGradient);
        yield return new Part($"transposed {layer}", "input", layer.Flops, parts.InputGradient);
    }

    /// <summary>Microseconds of each call, the shortest first. Between the calls other memory is written, as the rest of a step does.</summary>
    private static List<double> Times(Action call, int seconds, float[] other)
    {
        for (int i = 0; i < WarmUpCalls; i++) call();
        var times = new List<double>();
        for (long end = Stopwatch.GetTimestamp() + seconds * Stopwatch.Frequency; Stopwatch.GetTimestamp() < end;)
        {
            for (int i = 0; i < other.Length; i += LaneLayout.Lanes) other[i]++;
            long start = Stopwatch.GetTimestamp();
            call();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        times.Sort();
        return times;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>A part of a layer, and the operations of a call.</summary>
    private sealed record Part(string Layer, string Name, double Flops, Action Call);
}

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
        VectorWidth width = Arguments.Width(arguments.Text("width", VectorWidths.Widest.ToString()));
        string only = arguments.Text("only", ""), model = arguments.Text("model", "");
        arguments.RequireAllKnown();
        (string Name, Func<IEnumerable<Part>> Parts)[] layers = model.Length == 0
            ? [.. LayerParts.All.Select(layer => (layer.Name, Of(layer, width))), .. TransposedCase.All.Select(layer => ($"transposed {layer}", Of(layer, width)))]
            : [.. LayerParts.Of(PublishedModels.Find(model)).Select(layer => (layer.Name, Of(layer, width)))];
        if (!layers.Any(layer => layer.Name.Contains(only, StringComparison.Ordinal))) throw new ArgumentException($"no layer has \"{only}\" in its name: {string.Join("; ", layers.Select(layer => layer.Name))}");
        if (seconds < 1) throw new ArgumentException($"--seconds must be at least 1, not {seconds}");
        if (megabytes is < 0 or > 1024) throw new ArgumentException($"--touch takes 0 to 1024 megabytes, not {megabytes}");
        var other = new float[megabytes << 18];
        double peak = Peak.GigaFlops(1, width);
        Print($"peak {width}: {peak:F0} GFLOP/s on one thread; us for a block of sixteen images; median, mean and slowest tenth in units of the shortest");
        Print($"{"layer",-30}{"part",-12}{"multiply-adds",14}{"shortest",10}{"share",8}{"median",8}{"mean",8}{"tenth",8}");
        foreach ((string name, Func<IEnumerable<Part>> parts) in layers.Where(layer => layer.Name.Contains(only, StringComparison.Ordinal)))
            foreach (Part part in parts()) Print(name, part, seconds, peak, other);
    }

    private static void Print(string layer, Part part, int seconds, double peak, float[] other)
    {
        double bound = part.Flops / peak / 1e3;
        List<double> times = Times(part.Call, seconds, other);
        double shortest = times[0];
        Print($"{layer,-30}{part.Name,-12}{bound,14:F1}{shortest,10:F1}{100 * bound / shortest,7:F0}%{times[times.Count / 2] / shortest,8:F3}{times.Average() / shortest,8:F3}{times[times.Count * 9 / 10] / shortest,8:F3}");
    }

    private static Func<IEnumerable<Part>> Of((string Name, ConvolutionShape Shape, bool Pools, bool First) layer, VectorWidth width) => () => Convolution(new LayerParts(width, layer.Shape, layer.Pools, layer.First), layer.First);

    private static Func<IEnumerable<Part>> Of(TransposedCase layer, VectorWidth width) => () => Transposed(new TransposedBenchmarks { Case = layer, Width = width });

    private static IEnumerable<Part> Convolution(LayerParts parts, bool first)
    {
        yield return new Part("training", parts.Flops, parts.ForwardInTraining);
        yield return new Part("inference", parts.Flops, parts.ForwardInInference);
        yield return new Part("backwards", parts.Flops * parts.BackwardPasses, parts.Backward);
        if (first) yield break;
        yield return new Part("weights", parts.Flops, parts.ParameterGradients);
        yield return new Part("input", parts.Flops, parts.InputGradient);
    }

    private static IEnumerable<Part> Transposed(TransposedBenchmarks parts)
    {
        parts.Setup();
        yield return new Part("forwards", parts.Case.Flops, parts.Forward);
        yield return new Part("weights", parts.Case.Flops, parts.WeightGradient);
        yield return new Part("input", parts.Case.Flops, parts.InputGradient);
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
    private sealed record Part(string Name, double Flops, Action Call);
}

// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Ai8x.Bench.Kernels;
using Ai8x.Bench.Measuring;
using Ai8x.Bench.Models;
using Ai8x.Tensors;
using BenchmarkDotNet.Attributes;

namespace Ai8x.Bench;

/// <summary>Everything in about three minutes: a fraction of a second for each benchmark, with the peak measured in the same run.</summary>
internal sealed class QuickProgram : IDisposable
{
    private const double KernelSeconds = 0.04;

    // The runtime compiles again what runs for more than a tenth of a second.
    private const double KernelWarmUp = 0.2;
    private const double ModelSeconds = 0.4;

    // In units of the seconds above: how long to wait for a machine that is slow for the moment.
    private const double Patience = 8;
    private readonly Regex _filter;
    private readonly VectorWidth _width;
    private readonly Dictionary<int, MachineSpeed> _speeds = [];

    private QuickProgram(Arguments arguments)
    {
        string glob = arguments.Text("filter", "*");
        _filter = new Regex("^" + Regex.Escape(glob).Replace("\\*", ".*", StringComparison.Ordinal) + "$", RegexOptions.IgnoreCase);
        _width = Arguments.Width(arguments.Text("width", VectorWidths.Widest.ToString()));
        arguments.RequireAllKnown();
        foreach (int threads in new[] { 1, 2 }) _speeds[threads] = new MachineSpeed(threads, _width, Peak.GigaFlops(threads, _width));
    }

    public static void Run(Arguments arguments)
    {
        using var program = new QuickProgram(arguments);
        Print($"peak {program._width}: {program._speeds[1].Best:F0} GFLOP/s on one thread, {program._speeds[2].Best:F0} on two");
        program.Convolutions();
        program.SingleImages();
        program.Transposed();
        program.Stack();
        program.Elementwise();
        program.Models();
    }

    public void Dispose()
    {
        foreach (MachineSpeed speed in _speeds.Values) speed.Dispose();
    }

    private void Convolutions()
    {
        Print($"{"kernel, a block of sixteen images",-44}{"1 thread: us",14}{"GFLOP/s",9}{"% peak",8}{"2: GFLOP/s",12}{"% peak",8}");
        foreach (KernelCase kernel in KernelCase.All)
        {
            foreach ((string name, Func<ConvolutionBenchmarks, Action> pass) in new (string, Func<ConvolutionBenchmarks, Action>)[]
            {
                (nameof(ConvolutionBenchmarks.Forward), benchmarks => benchmarks.Forward),
                (nameof(ConvolutionBenchmarks.InputGradient), benchmarks => benchmarks.InputGradient),
                (nameof(ConvolutionBenchmarks.WeightGradient), benchmarks => benchmarks.WeightGradient),
            })
            {
                string title = $"{name} {kernel}";
                if (!_filter.IsMatch(title)) continue;
                (double seconds, double one) = Convolution(kernel, pass, 1);
                (_, double two) = Convolution(kernel, pass, 2);
                Print($"{title,-44}{seconds * 1e6,14:F1}{one,9:F1}{100 * one / _speeds[1].Best,8:F1}{two,12:F1}{100 * two / _speeds[2].Best,8:F1}");
            }
        }
    }

    private (double Seconds, double Speed) Convolution(KernelCase kernel, Func<ConvolutionBenchmarks, Action> pass, int threads)
    {
        using var benchmarks = new ConvolutionBenchmarks { Case = kernel, Threads = threads, Width = _width };
        benchmarks.Setup();
        Timing timing = QuietTimer.Run(pass(benchmarks), KernelWarmUp, KernelSeconds, KernelSeconds / 4, patience: Patience, speed: _speeds[threads]);
        return (timing.Median, benchmarks.Flops / timing.Median / 1e9);
    }

    private void SingleImages()
    {
        Print($"{"layer, one image",-44}{"1 thread: us",14}{"GFLOP/s",9}{"% peak",8}{"2: GFLOP/s",12}{"% peak",8}");
        foreach (KernelCase kernel in KernelCase.All)
        {
            string title = $"Single {kernel}";
            if (!_filter.IsMatch(title)) continue;
            (double seconds, double one) = Single(kernel, 1);
            (_, double two) = Single(kernel, 2);
            Print($"{title,-44}{seconds * 1e6,14:F1}{one,9:F1}{100 * one / _speeds[1].Best,8:F1}{two,12:F1}{100 * two / _speeds[2].Best,8:F1}");
        }
    }

    private (double Seconds, double Speed) Single(KernelCase kernel, int threads)
    {
        using var benchmarks = new SingleBenchmarks { Case = kernel, Threads = threads, Width = _width };
        benchmarks.Setup();
        Timing timing = QuietTimer.Run(benchmarks.Layer, KernelWarmUp, KernelSeconds, KernelSeconds / 4, patience: Patience, speed: _speeds[threads]);
        return (timing.Median, benchmarks.Flops / timing.Median / 1e9);
    }

    private void Transposed()
    {
        foreach (TransposedCase kernel in TransposedCase.All)
        {
            var benchmarks = new TransposedBenchmarks { Case = kernel, Width = _width };
            benchmarks.Setup();
            foreach ((string name, Action pass) in new (string, Action)[] { ("Forward", benchmarks.Forward), ("InputGradient", benchmarks.InputGradient), ("WeightGradient", benchmarks.WeightGradient) })
            {
                string title = $"{name} transposed {kernel}";
                if (!_filter.IsMatch(title)) continue;
                Timing timing = QuietTimer.Run(pass, KernelWarmUp, KernelSeconds, KernelSeconds / 4, patience: Patience, speed: _speeds[1]);
                double speed = kernel.Flops / timing.Median / 1e9;
                Print($"{title,-44}{timing.Median * 1e6,14:F1}{speed,9:F1}{100 * speed / _speeds[1].Best,8:F1}");
            }
        }
    }

    private void Stack()
    {
        var benchmarks = new PointwiseStackBenchmarks { Width = _width };
        foreach ((string name, Action pass) in new (string, Action)[] { (nameof(benchmarks.Stacked), benchmarks.Stacked), (nameof(benchmarks.LayerByLayer), benchmarks.LayerByLayer) })
        {
            string title = $"{name} first layers of kws20";
            if (_width == VectorWidth.Scalar || !_filter.IsMatch(title)) continue;
            benchmarks.Setup();
            Timing timing = QuietTimer.Run(pass, KernelWarmUp, KernelSeconds, KernelSeconds / 4, patience: Patience, speed: _speeds[1]);
            double speed = PointwiseStackBenchmarks.Flops / timing.Median / 1e9;
            Print($"{title,-44}{timing.Median * 1e6,14:F1}{speed,9:F1}{100 * speed / _speeds[1].Best,8:F1}");
        }
    }

    private void Elementwise()
    {
        var benchmarks = new ElementwiseBenchmarks { Width = _width };
        benchmarks.Setup();
        foreach (MethodInfo method in typeof(ElementwiseBenchmarks).GetMethods().Where(method => method.GetCustomAttribute<BenchmarkAttribute>() is not null))
        {
            if (!_filter.IsMatch(method.Name)) continue;
            Action body = method.ReturnType == typeof(void) ? method.CreateDelegate<Action>(benchmarks) : () => method.Invoke(benchmarks, null);
            Timing timing = QuietTimer.Run(body, KernelWarmUp, KernelSeconds, KernelSeconds / 4, patience: Patience, speed: _speeds[1]);
            Print($"{method.Name,-44}{timing.Median * 1e6,14:F1}");
        }
    }

    private void Models()
    {
        Print($"{"model as published",-44}{"ms",14}{"images/s",12}{"GFLOP/s",9}{"% peak",8}");
        foreach (BenchmarkModel model in PublishedModels.All)
        {
            SampleSource source = new RandomSamples(model.Input, model.Classes, 1024);
            foreach ((string work, int batch, int threads) in new[] { ("Train", 256, 1), ("Train", 256, 2), ("Infer", 256, 1), ("Infer", 256, 2), ("Infer", 16, 1), ("Infer", 1, 1), ("Infer", 1, 2) })
            {
                string title = $"{work} {model.Name} batch {batch}, {threads} threads";
                if (!_filter.IsMatch(title)) continue;
                using var engine = new ManagedEngine(model, source, threads, _width, regularized: true);
                if (work == "Train") engine.BeginTraining(batch);
                else engine.BeginInference(batch);
                Action unit = work == "Train" ? () => engine.TrainingStep(wantLoss: false) : engine.Infer;
                _speeds[threads].MustBeNear = batch == 1;
                Timing timing = QuietTimer.Run(unit, ModelSeconds / 2, ModelSeconds, ModelSeconds / 6, patience: Patience, speed: _speeds[threads]);
                double speed = batch * (work == "Train" ? model.TrainingFlops : model.InferenceFlops) / timing.Median / 1e9;
                Print($"{title,-44}{timing.Median * 1e3,14:F3}{batch / timing.Median,12:F0}{speed,9:F1}{100 * speed / _speeds[threads].Best,8:F1}");
            }
        }
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}

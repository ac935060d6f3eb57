// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Globalization;
using Ai8x.Bench.Kernels;
using Ai8x.Bench.Models;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Ai8x.Bench.Measuring;

/// <summary>Operations per second of a benchmark, or their share of the peak that the same process measured.</summary>
internal sealed class SpeedColumn(bool share) : IColumn
{
    private const string Missing = "-";
    private static readonly ConcurrentDictionary<(int Threads, VectorWidth Width), double> Peaks = new();

    public string Id => ColumnName;

    public string ColumnName => share ? "% of peak" : "GFLOP/s";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => share ? 1 : 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => share ? "GFLOP/s as percent of the FP32 peak of so many threads, measured in this run" : "Operations per second in billions, padding counted but for layers with their pooling";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Median;
        if (nanoseconds is null or 0 || Work(benchmarkCase) is not (double flops, int threads, VectorWidth width)) return Missing;
        double speed = flops / nanoseconds.Value;
        double value = share ? 100 * speed / Peaks.GetOrAdd((threads, width), key => Peak.GigaFlops(key.Threads, key.Width)) : speed;
        return value.ToString("F1", CultureInfo.InvariantCulture);
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    private static (double Flops, int Threads, VectorWidth Width)? Work(BenchmarkCase benchmark)
    {
        Type type = benchmark.Descriptor.Type;
        if (type == typeof(ConvolutionBenchmarks)) return (Case().Flops * Threads(), Threads(), Width());
        if (type == typeof(SingleBenchmarks)) return (Case().Flops / LaneLayout.Lanes, Threads(), Width());
        if (type == typeof(TransposedBenchmarks)) return (((TransposedCase)benchmark.Parameters[nameof(TransposedBenchmarks.Case)]).Flops, 1, Width());
        if (type == typeof(LayerBenchmarks)) return (LayerBenchmarks.Flops((LayerCase)benchmark.Parameters[nameof(LayerBenchmarks.Case)], benchmark.Descriptor.WorkloadMethod.Name), 1, Width());
        if (type == typeof(PointwiseStackBenchmarks)) return (PointwiseStackBenchmarks.Flops, 1, Width());
        if (type != typeof(ModelBenchmarks)) return null;
        BenchmarkModel model = PublishedModels.Find((string)benchmark.Parameters[nameof(ModelBenchmarks.Model)]);
        double flops = benchmark.Descriptor.WorkloadMethod.Name == nameof(ModelBenchmarks.Train) ? model.TrainingFlops : model.InferenceFlops;
        return (flops * (int)benchmark.Parameters[nameof(ModelBenchmarks.Batch)], (int)benchmark.Parameters[nameof(ModelBenchmarks.Threads)], VectorWidths.Widest);

        KernelCase Case() => (KernelCase)benchmark.Parameters[nameof(ConvolutionBenchmarks.Case)];

        int Threads() => (int)benchmark.Parameters[nameof(ConvolutionBenchmarks.Threads)];

        VectorWidth Width() => (VectorWidth)benchmark.Parameters[nameof(ConvolutionBenchmarks.Width)];
    }
}

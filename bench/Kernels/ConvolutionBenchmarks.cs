// SPDX-License-Identifier: MIT
using Ai8x.Tensors;
using BenchmarkDotNet.Attributes;

namespace Ai8x.Bench.Kernels;

/// <summary>Forward pass, input gradient and weight gradient of every layer shape of the six models, a block of sixteen images for each thread.</summary>
public class ConvolutionBenchmarks : IDisposable
{
    private KernelBuffers[] _buffers = [];
    private ComputeContext? _context;
    private Action<int, int>? _forward;
    private Action<int, int>? _inputGradient;
    private Action<int, int>? _weightGradient;

    public static IEnumerable<KernelCase> Cases => KernelCase.All;

    public static IEnumerable<VectorWidth> Widths => [VectorWidths.Widest];

    [ParamsSource(nameof(Cases))]
    public KernelCase Case { get; set; } = KernelCase.All[0];

    [Params(1, 2)]
    public int Threads { get; set; } = 1;

    [ParamsSource(nameof(Widths))]
    public VectorWidth Width { get; set; } = VectorWidths.Widest;

    /// <summary>Operations of one call.</summary>
    internal double Flops => Case.Flops * Threads;

    [GlobalSetup]
    public void Setup()
    {
        _context = new ComputeContext(Threads, Width);
        _buffers = [.. Enumerable.Range(0, Threads).Select(_ => new KernelBuffers(Width, Case))];
        _forward = (item, _) => _buffers[item].Forward();
        _inputGradient = (item, _) => _buffers[item].InputGradient();
        _weightGradient = (item, _) => _buffers[item].WeightGradient();
    }

    [Benchmark]
    public void Forward() => _context!.For(Threads, _forward!);

    [Benchmark]
    public void InputGradient() => _context!.For(Threads, _inputGradient!);

    [Benchmark]
    public void WeightGradient() => _context!.For(Threads, _weightGradient!);

    [GlobalCleanup]
    public void Dispose()
    {
        _context?.Dispose();
        _context = null;
        GC.SuppressFinalize(this);
    }
}

// SPDX-License-Identifier: MIT
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;
using Ai8x.Tensors.Kernels.Single;
using BenchmarkDotNet.Attributes;

namespace Ai8x.Bench.Kernels;

/// <summary>Every layer shape of the six models for one image, channels in the lanes, the threads sharing the layer.</summary>
public class SingleBenchmarks : IDisposable
{
    private ComputeContext? _context;
    private ChannelConvolution? _step;

    public static IEnumerable<KernelCase> Cases => KernelCase.All;

    public static IEnumerable<VectorWidth> Widths => [VectorWidths.Widest];

    [ParamsSource(nameof(Cases))]
    public KernelCase Case { get; set; } = KernelCase.All[0];

    [Params(1, 2)]
    public int Threads { get; set; } = 1;

    [ParamsSource(nameof(Widths))]
    public VectorWidth Width { get; set; } = VectorWidths.Widest;

    /// <summary>Operations of one call: one image.</summary>
    internal double Flops => Case.Flops / LaneLayout.Lanes;

    [GlobalSetup]
    public void Setup()
    {
        ConvolutionShape shape = Case.Shape;
        _context = new ComputeContext(Threads, Width);
        var program = new ChannelProgram(_context);
        ChannelMap x = program.Input(new SampleShape(shape.Height, shape.Width, shape.InputChannels), channelByChannel: false), y = program.Map(shape.OutputPixels, shape.OutputChannels);
        _step = program.Add(new ChannelConvolution(Width, x, y, TapGeometry.Tiling(shape, x.Stride, y.Stride), bias: true, Activation.Rectifier with { Low = -1, High = 1 }));
        var weights = new float[shape.WeightCount];
        new CounterRandom(1, RandomPurpose.Selection).Fill(0, 0, 0, weights);
        _step.Update(weights, new float[shape.OutputChannels]);
        program.Run(new sbyte[shape.InputPixels * shape.InputChannels], 128);
    }

    [Benchmark]
    public void Layer()
    {
        int items = _step!.Items;
        if (items == 1) _step.Run(0);
        else _context!.For(items, _step.Body);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _context?.Dispose();
        _context = null;
        GC.SuppressFinalize(this);
    }
}

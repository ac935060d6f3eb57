// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Autograd;
using Ai8x.Device.Limits;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// The generic two-dimensional fused layer, of which the others are presets. Forward (numerics.md section 12.1): pooling, after an
/// average a clamp to ±1; zero padding; convolution with bias; activation; times 2^outputShift; clamp to ±1 or, wide, to ±131,072.
/// Input <c>[H, W, C]</c>, output <c>[H', W', filters]</c> with <c>H' = pooled H + 2 * padding - kernel + 1</c>.
/// </summary>
public class Conv2D : Layer
{
    private readonly OutputStage _outputStage;
    private readonly Initializer _kernelInitializer;

    /// <summary>Makes the layer and checks it against the device.</summary>
    /// <param name="filters">Output channels, 1..1024.</param>
    /// <param name="kernelSize">Side of the square kernel, 1 or 3.</param>
    /// <param name="strides">Stride of the convolution; the device knows 1 only.</param>
    /// <param name="paddingSize">Zeros on each side, 0..2 and smaller than the kernel.</param>
    /// <param name="pooling">Pooling in front of the convolution, or null.</param>
    /// <param name="activation">Activation; none if <paramref name="wide"/>.</param>
    /// <param name="useBias">Whether a bias is added.</param>
    /// <param name="outputShift">The output is multiplied by two to this power, -15..15.</param>
    /// <param name="wide">Whether the output is 32 bits wide on the device.</param>
    /// <param name="kernelInitializer">First weights; null for <see cref="GlorotUniform"/>.</param>
    /// <param name="name">Name, or null for a default one.</param>
    /// <exception cref="LimitException">An argument breaks a limit of the device; all broken limits are listed.</exception>
    public Conv2D(
        int filters,
        int kernelSize,
        int strides = 1,
        int paddingSize = 0,
        PoolWindow? pooling = null,
        Activation activation = Activation.None,
        bool useBias = true,
        int outputShift = 0,
        bool wide = false,
        Initializer? kernelInitializer = null,
        string? name = null)
        : base(name)
    {
        Filters = filters;
        KernelSize = kernelSize;
        PaddingSize = paddingSize;
        Pooling = pooling;
        UseBias = useBias;
        _outputStage = new OutputStage(activation, outputShift, wide);
        _kernelInitializer = kernelInitializer ?? GlorotUniform.Instance;

        var check = new LimitCheck(Where);
        CheckArguments(check, strides);
        pooling?.Check(check);
        _outputStage.Check(check);
        check.ThrowIfAny();
    }

    /// <summary>Output channels, 1..1024.</summary>
    public int Filters { get; }

    /// <summary>Side of the square kernel, 1 or 3.</summary>
    public int KernelSize { get; }

    /// <summary>Zeros on each side, 0..2.</summary>
    public int PaddingSize { get; }

    /// <summary>Pooling in front of the convolution, or null.</summary>
    public PoolWindow? Pooling { get; }

    /// <summary>Activation.</summary>
    public Activation Activation => _outputStage.Activation;

    /// <summary>Whether a bias is added.</summary>
    public bool UseBias { get; }

    /// <summary>The output is multiplied by two to this power.</summary>
    public int OutputShift => _outputStage.OutputShift;

    /// <summary>Whether the output is 32 bits wide on the device.</summary>
    public bool Wide => _outputStage.Wide;

    /// <inheritdoc/>
    public override string DefaultName => "conv2d";

    /// <inheritdoc/>
    public override string Settings => string.Create(
        CultureInfo.InvariantCulture,
        $"conv2d filters={Filters} kernel={KernelSize} padding={PaddingSize} pool={Pooling?.Settings ?? "none"} bias={UseBias} {_outputStage.Settings} initializer={_kernelInitializer.Settings}");

    internal override SampleShape Infer(SampleShape input, string where)
    {
        var check = new LimitCheck(where);
        SampleShape pooled = Pooling?.Infer(input, check) ?? input;
        SampleShape output = new(pooled.Height + 2 * PaddingSize - KernelSize + 1, pooled.Width + 2 * PaddingSize - KernelSize + 1, Filters);
        check.Require(
            output.Height >= 1 && output.Width >= 1,
            DeviceLimits.Dimensions, $"a {KernelSize}x{KernelSize} kernel finds no room in {pooled.Height}x{pooled.Width} with padding {PaddingSize}", "Pad more, pool less, or use a 1x1 kernel.");
        ShapeRules.CheckMap(check, input, "input");
        ShapeRules.CheckMap(check, pooled, "pooled input", PaddingSize);
        ShapeRules.CheckMap(check, output, "output");
        check.ThrowIfAny();
        return output;
    }

    internal override ImmutableArray<WeightSpecification> Weights(SampleShape input)
    {
        int area = KernelSize * KernelSize;
        int fanIn = area * input.Channels, fanOut = area * Filters;
        var kernel = new WeightSpecification(
            WeightSpecification.Kernel, [Filters, input.Channels, KernelSize, KernelSize], fanIn, fanOut, _kernelInitializer);
        return UseBias ? [kernel, new(WeightSpecification.Bias, [Filters], fanIn, fanOut, Zeros.Instance)] : [kernel];
    }

    internal override Variable Record(Tape tape, Variable input, ImmutableArray<Parameter> parameters, int layerIndex)
    {
        Variable x = Pooling is null ? input : PoolRecorder.Record(tape, input, Pooling);
        Variable sum = tape.Conv2d(x, parameters[0], UseBias ? parameters[1] : null, PaddingSize);
        return _outputStage.Record(tape, sum);
    }

    private void CheckArguments(LimitCheck check, int strides)
    {
        check.Require(
            Filters is >= 1 and <= DeviceLimits.MaximumChannels,
            DeviceLimits.Channels, $"filters is {Filters}", "Choose filters from 1 to 1,024.");
        check.Require(
            KernelSize is 1 or 3, DeviceLimits.Conv2dKernel, $"the kernel is {KernelSize}x{KernelSize}", "Choose kernelSize 1 or 3.");
        check.Require(
            PaddingSize is >= 0 and <= DeviceLimits.MaximumPadding,
            DeviceLimits.Padding, $"paddingSize is {PaddingSize}", "Choose paddingSize 0, 1 or 2.");
        check.Require(
            PaddingSize < KernelSize,
            DeviceLimits.PaddingBelowKernel, $"paddingSize is {PaddingSize} and the kernel {KernelSize}x{KernelSize}", "Choose a smaller paddingSize.");
        check.Require(
            strides == 1, DeviceLimits.ConvolutionStride, $"strides is {strides}", "Leave strides at 1 and pool instead.");
    }
}

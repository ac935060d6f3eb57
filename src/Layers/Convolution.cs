// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Autograd;
using Ai8x.Device.Limits;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// What the convolutions of one and two dimensions and the transposed ones have in common. Forward (numerics.md section 12.1): pooling, after an
/// average a clamp to ±1; zero padding; convolution with bias; activation; times 2^outputShift; clamp to ±1 or, wide, to ±131,072.
/// </summary>
public abstract class Convolution : Layer
{
    private readonly OutputStage _outputStage;
    private readonly Initializer _kernelInitializer;

    private protected Convolution(ConvolutionArguments arguments, string? name)
        : base(name)
    {
        Filters = arguments.Filters;
        KernelSize = arguments.KernelSize;
        PaddingSize = arguments.PaddingSize;
        Pooling = arguments.Pooling;
        UseBias = arguments.UseBias;
        KernelRegularizer = arguments.KernelRegularizer;
        _outputStage = new OutputStage(arguments.Activation, arguments.OutputShift, arguments.Wide, arguments.ActivityRegularizer);
        _kernelInitializer = arguments.KernelInitializer ?? GlorotUniform.Instance;
    }

    /// <summary>Output channels, 1..1024.</summary>
    public int Filters { get; }

    /// <summary>Side of the square kernel, or length of the one-dimensional one.</summary>
    public int KernelSize { get; }

    /// <summary>Padding on each side, 0..2.</summary>
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

    /// <summary>Penalty on the weights, or null.</summary>
    public L2? KernelRegularizer { get; }

    /// <summary>Penalty on the output before scale and clamp, or null.</summary>
    public L2? ActivityRegularizer => _outputStage.ActivityRegularizer;

    /// <inheritdoc/>
    public override string Settings => string.Create(
        CultureInfo.InvariantCulture,
        $"{DefaultName} filters={Filters} kernel={KernelSize} padding={PaddingSize} pool={Pooling?.Settings ?? "none"} bias={UseBias} {_outputStage.Settings} initializer={_kernelInitializer.Settings}{L2.Settings(KernelRegularizer, ActivityRegularizer)}");

    /// <summary>The convolution itself.</summary>
    private protected abstract Variable Convolve(Tape tape, Variable input, Parameter kernel, Parameter? bias);

    internal override Variable Record(Tape tape, Variable input, ImmutableArray<Parameter> parameters, int layerIndex)
    {
        Variable x = Pooling is null ? input : PoolRecorder.Record(tape, input, Pooling);
        return _outputStage.Record(tape, Convolve(tape, x, parameters[0], UseBias ? parameters[1] : null));
    }

    /// <summary>Kernel and bias; the fans are what initializers call so, the order of the two differs for transposed kernels as in Keras.</summary>
    private protected ImmutableArray<WeightSpecification> Weights(ImmutableArray<int> kernelShape, int fanIn, int fanOut)
    {
        var kernel = new WeightSpecification(WeightSpecification.Kernel, kernelShape, fanIn, fanOut, _kernelInitializer, KernelRegularizer);
        return UseBias ? [kernel, new(WeightSpecification.Bias, [Filters], fanIn, fanOut, Zeros.Instance, Regularizer: null)] : [kernel];
    }

    private protected SampleShape Pooled(SampleShape input, LimitCheck check) => Pooling?.Infer(input, check) ?? input;

    private protected void CheckArguments(LimitCheck check)
    {
        check.Require(
            Filters is >= 1 and <= DeviceLimits.MaximumChannels,
            DeviceLimits.Channels, $"filters is {Filters}", "Choose filters from 1 to 1,024.");
        Pooling?.Check(check);
        _outputStage.Check(check);
    }

    private protected void CheckPadding(LimitCheck check)
    {
        check.Require(
            PaddingSize is >= 0 and <= DeviceLimits.MaximumPadding,
            DeviceLimits.Padding, $"paddingSize is {PaddingSize}", "Choose paddingSize 0, 1 or 2.");
        check.Require(
            PaddingSize < KernelSize,
            DeviceLimits.PaddingBelowKernel, $"paddingSize is {PaddingSize} and the kernel size {KernelSize}", "Choose a smaller paddingSize.");
    }

    private protected static void CheckStride(LimitCheck check, int strides) => check.Require(
        strides == 1, DeviceLimits.ConvolutionStride, $"strides is {strides}", "Leave strides at 1 and pool instead.");
}

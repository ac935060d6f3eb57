// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd;
using Ai8x.Device.Limits;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// The generic one-dimensional fused layer, of which the others are presets: a <see cref="Convolution"/> from <c>[L, 1, C]</c> to
/// <c>[L', 1, filters]</c> with <c>L' = pooled L + 2 * padding - kernel + 1</c>. Its kernel is <c>[filters, C, K]</c>.
/// </summary>
public class Conv1D : Convolution
{
    /// <summary>Makes the layer and checks it against the device.</summary>
    /// <param name="filters">Output channels, 1..1024.</param>
    /// <param name="kernelSize">Kernel length, 1..9.</param>
    /// <param name="strides">Stride of the convolution; the device knows 1 only.</param>
    /// <param name="paddingSize">Zeros at both ends, 0..2 and smaller than the kernel.</param>
    /// <param name="pooling">Pooling in front of the convolution, or null.</param>
    /// <param name="activation">Activation; none if <paramref name="wide"/>.</param>
    /// <param name="useBias">Whether a bias is added.</param>
    /// <param name="outputShift">The output is multiplied by two to this power, -15..15.</param>
    /// <param name="wide">Whether the output is 32 bits wide on the device.</param>
    /// <param name="kernelInitializer">First weights; null for <see cref="GlorotUniform"/>.</param>
    /// <param name="kernelRegularizer">Penalty on the weights, or null.</param>
    /// <param name="activityRegularizer">Penalty on the output before scale and clamp, or null.</param>
    /// <param name="name">Name, or null for a default one.</param>
    /// <exception cref="LimitException">An argument breaks a limit of the device; all broken limits are listed.</exception>
    public Conv1D(
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
        L2? kernelRegularizer = null,
        L2? activityRegularizer = null,
        string? name = null)
        : base(
            new ConvolutionArguments(filters, kernelSize, paddingSize, pooling, activation, useBias, outputShift, wide, kernelInitializer, kernelRegularizer, activityRegularizer),
            name)
    {
        var check = new LimitCheck(Where);
        CheckArguments(check);
        check.Require(
            kernelSize is >= 1 and <= DeviceLimits.MaximumKernelLength, DeviceLimits.Conv1dKernel, $"the kernel length is {kernelSize}", "Choose kernelSize from 1 to 9.");
        CheckPadding(check);
        CheckStride(check, strides);
        check.ThrowIfAny();
        if (pooling is null or { Size.Columns: 1 }) return;
        throw new ModelDefinitionException(
            Where, "A one-dimensional layer pools windows of one column.", $"the window is {pooling.Size}", "Give a window of one column.");
    }

    /// <inheritdoc/>
    public override string DefaultName => "conv1d";

    internal override SampleShape Infer(SampleShape input, string where)
    {
        ShapeRules.CheckLine(input, where);
        var check = new LimitCheck(where);
        SampleShape pooled = Pooled(input, check);
        SampleShape output = new(pooled.Height + 2 * PaddingSize - KernelSize + 1, 1, Filters);
        check.Require(
            output.Height >= 1,
            DeviceLimits.Dimensions, $"a kernel of length {KernelSize} finds no room in {pooled.Height} positions with padding {PaddingSize}", "Pad more, pool less, or use a shorter kernel.");
        ShapeRules.CheckMap(check, input, "input");
        ShapeRules.CheckRows(check, pooled, PaddingSize);
        ShapeRules.CheckMap(check, output, "output");
        check.ThrowIfAny();
        return output;
    }

    internal override ImmutableArray<WeightSpecification> Weights(SampleShape input) =>
        Weights([Filters, input.Channels, KernelSize], KernelSize * input.Channels, KernelSize * Filters);

    private protected override Variable Convolve(Tape tape, Variable input, Parameter kernel, Parameter? bias) => tape.Conv1d(input, kernel, bias, PaddingSize);
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd;
using Ai8x.Device.Limits;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// The generic two-dimensional fused layer, of which the others are presets: a <see cref="Convolution"/> from <c>[H, W, C]</c> to
/// <c>[H', W', filters]</c> with <c>H' = pooled H + 2 * padding - kernel + 1</c>. Its kernel is <c>[filters, C, KH, KW]</c>.
/// </summary>
public class Conv2D : Convolution
{
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
    /// <param name="kernelRegularizer">Penalty on the weights, or null.</param>
    /// <param name="activityRegularizer">Penalty on the output before scale and clamp, or null.</param>
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
            kernelSize is 1 or 3, DeviceLimits.Conv2dKernel, $"the kernel is {kernelSize}x{kernelSize}", "Choose kernelSize 1 or 3.");
        CheckPadding(check);
        CheckStride(check, strides);
        check.ThrowIfAny();
    }

    /// <inheritdoc/>
    public override string DefaultName => "conv2d";

    internal override SampleShape Infer(SampleShape input, string where)
    {
        var check = new LimitCheck(where);
        SampleShape pooled = Pooled(input, check);
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
        return Weights([Filters, input.Channels, KernelSize, KernelSize], area * input.Channels, area * Filters);
    }

    private protected override Variable Convolve(Tape tape, Variable input, Parameter kernel, Parameter? bias) => tape.Conv2d(input, kernel, bias, PaddingSize);
}

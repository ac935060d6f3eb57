// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd;
using Ai8x.Device.Limits;
using Ai8x.Networks;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// The generic transposed convolution, of which the others are presets: a <see cref="Convolution"/> from <c>[H, W, C]</c> to
/// <c>[H', W', filters]</c> with <c>H' = 2 * pooled H + 2 - 2 * padding</c>, stride 2 and output padding 1 in the definition of PyTorch (numerics.md
/// section 7.3). With padding 1 rows and columns double; Keras' <c>same</c> gives that result moved by one row and one column. The kernel is
/// <c>[filters, C, 3, 3]</c>, turned by half a turn as the chip holds it: an ordinary convolution over the input with a zero between each two pixels.
/// </summary>
public class Conv2DTranspose : Convolution
{
    private const int Kernel = 3;
    private const int Stride = 2;

    /// <summary>Makes the layer and checks it against the device.</summary>
    /// <param name="filters">Output channels, 1..1024.</param>
    /// <param name="kernelSize">Side of the square kernel; the device knows 3 only.</param>
    /// <param name="strides">Stride of the convolution; the device knows 2 only.</param>
    /// <param name="paddingSize">Rows and columns that the full result loses on each side, 0..2; 1 doubles them.</param>
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
    public Conv2DTranspose(
        int filters,
        int kernelSize = 3,
        int strides = 2,
        int paddingSize = 1,
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
            kernelSize == Kernel && strides == Stride && paddingSize is >= 0 and <= DeviceLimits.MaximumPadding,
            DeviceLimits.TransposedKernel, $"the kernel is {kernelSize}x{kernelSize}, strides {strides} and paddingSize {paddingSize}", "Choose kernelSize 3, strides 2 and paddingSize 0, 1 or 2.");
        check.ThrowIfAny();
    }

    /// <inheritdoc/>
    public override string DefaultName => "conv2d_transpose";

    internal override SampleShape Infer(SampleShape input, string where)
    {
        var check = new LimitCheck(where);
        SampleShape pooled = Pooled(input, check);
        SampleShape output = new(LayerShapes.TransposedSize(pooled.Height, PaddingSize), LayerShapes.TransposedSize(pooled.Width, PaddingSize), Filters);
        ShapeRules.CheckMap(check, input, "input");
        ShapeRules.CheckMap(check, output, "output");
        check.ThrowIfAny();
        return output;
    }

    // Keras counts the fans of its kernel [3, 3, filters, C] by position, so they are exchanged.
    internal override ImmutableArray<WeightSpecification> Weights(SampleShape input) =>
        Weights([Filters, input.Channels, Kernel, Kernel], Kernel * Kernel * Filters, Kernel * Kernel * input.Channels);

    private protected override Variable Convolve(Tape tape, Variable input, Parameter kernel, Parameter? bias) => tape.ConvTranspose2d(input, kernel, bias, PaddingSize);
}

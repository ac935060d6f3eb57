// SPDX-License-Identifier: MIT
namespace Ai8x.Layers;

/// <summary>One-dimensional convolution with ReLU; never wide, because the device has no activation on 32-bit output. It has no pooling, so it takes no pooling arguments.</summary>
public sealed class FusedConv1DReLU : Conv1D
{
    /// <summary>Makes the layer and checks it against the device.</summary>
    /// <param name="filters">Output channels, 1..1024.</param>
    /// <param name="kernelSize">Kernel length, 1..9.</param>
    /// <param name="strides">Stride of the convolution; the device knows 1 only.</param>
    /// <param name="paddingSize">Zeros at both ends, 0..2 and smaller than the kernel.</param>
    /// <param name="useBias">Whether a bias is added.</param>
    /// <param name="outputShift">The output is multiplied by two to this power, -15..15.</param>
    /// <param name="kernelInitializer">First weights; null for <see cref="GlorotUniform"/>.</param>
    /// <param name="kernelRegularizer">Penalty on the weights, or null.</param>
    /// <param name="activityRegularizer">Penalty on the output before scale and clamp, or null.</param>
    /// <param name="name">Name, or null for a default one.</param>
    /// <exception cref="Device.Limits.LimitException">An argument breaks a limit of the device; all broken limits are listed.</exception>
    public FusedConv1DReLU(
        int filters,
        int kernelSize,
        int strides = 1,
        int paddingSize = 0,
        bool useBias = true,
        int outputShift = 0,
        Initializer? kernelInitializer = null,
        L2? kernelRegularizer = null,
        L2? activityRegularizer = null,
        string? name = null)
        : base(
            filters,
            kernelSize,
            strides,
            paddingSize,
            pooling: null,
            Activation.ReLU,
            useBias,
            outputShift,
            wide: false,
            kernelInitializer,
            kernelRegularizer,
            activityRegularizer,
            name)
    {
    }
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Layers;

/// <summary>Average pooling followed by a two-dimensional convolution with ReLU; never wide, because the device has no activation on 32-bit output.</summary>
public sealed class FusedAvgPoolConv2DReLU : Conv2D
{
    /// <summary>Makes the layer and checks it against the device.</summary>
    /// <param name="filters">Output channels, 1..1024.</param>
    /// <param name="kernelSize">Side of the square kernel, 1 or 3.</param>
    /// <param name="strides">Stride of the convolution; the device knows 1 only.</param>
    /// <param name="paddingSize">Zeros on each side, 0..2 and smaller than the kernel.</param>
    /// <param name="poolSize">Pooling window, 1..16 per axis; null for 2x2.</param>
    /// <param name="poolStrides">Pooling stride of rows and columns, 1..16; null for the side of the window.</param>
    /// <param name="useBias">Whether a bias is added.</param>
    /// <param name="outputShift">The output is multiplied by two to this power, -15..15.</param>
    /// <param name="kernelInitializer">First weights; null for <see cref="GlorotUniform"/>.</param>
    /// <param name="kernelRegularizer">Penalty on the weights, or null.</param>
    /// <param name="activityRegularizer">Penalty on the output before scale and clamp, or null.</param>
    /// <param name="name">Name, or null for a default one.</param>
    /// <exception cref="Device.Limits.LimitException">An argument breaks a limit of the device; all broken limits are listed.</exception>
    public FusedAvgPoolConv2DReLU(
        int filters,
        int kernelSize,
        int strides = 1,
        int paddingSize = 0,
        Size2D? poolSize = null,
        int? poolStrides = PoolWindow.DefaultSize,
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
            PoolWindow.FromArguments(PoolKind.Average, poolSize, poolStrides, nameof(FusedAvgPoolConv2DReLU), name),
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

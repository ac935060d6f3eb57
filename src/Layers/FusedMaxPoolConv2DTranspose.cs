// SPDX-License-Identifier: MIT
namespace Ai8x.Layers;

/// <summary>Maximum pooling followed by a transposed convolution without activation.</summary>
public sealed class FusedMaxPoolConv2DTranspose : Conv2DTranspose
{
    /// <summary>Makes the layer and checks it against the device.</summary>
    /// <param name="filters">Output channels, 1..1024.</param>
    /// <param name="kernelSize">Side of the square kernel; the device knows 3 only.</param>
    /// <param name="strides">Stride of the convolution; the device knows 2 only.</param>
    /// <param name="paddingSize">Rows and columns that the full result loses on each side, 0..2; 1 doubles them.</param>
    /// <param name="poolSize">Pooling window, 1..16 per axis; null for 2x2.</param>
    /// <param name="poolStrides">Pooling stride of rows and columns, 1..16; null for the side of the window.</param>
    /// <param name="useBias">Whether a bias is added.</param>
    /// <param name="outputShift">The output is multiplied by two to this power, -15..15.</param>
    /// <param name="wide">Whether the output is 32 bits wide on the device.</param>
    /// <param name="kernelInitializer">First weights; null for <see cref="GlorotUniform"/>.</param>
    /// <param name="kernelRegularizer">Penalty on the weights, or null.</param>
    /// <param name="activityRegularizer">Penalty on the output before scale and clamp, or null.</param>
    /// <param name="name">Name, or null for a default one.</param>
    /// <exception cref="Device.Limits.LimitException">An argument breaks a limit of the device; all broken limits are listed.</exception>
    public FusedMaxPoolConv2DTranspose(
        int filters,
        int kernelSize = 3,
        int strides = 2,
        int paddingSize = 1,
        Size2D? poolSize = null,
        int? poolStrides = PoolWindow.DefaultSize,
        bool useBias = true,
        int outputShift = 0,
        bool wide = false,
        Initializer? kernelInitializer = null,
        L2? kernelRegularizer = null,
        L2? activityRegularizer = null,
        string? name = null)
        : base(
            filters,
            kernelSize,
            strides,
            paddingSize,
            PoolWindow.FromArguments(PoolKind.Max, poolSize, poolStrides, nameof(FusedMaxPoolConv2DTranspose), name),
            Activation.None,
            useBias,
            outputShift,
            wide,
            kernelInitializer,
            kernelRegularizer,
            activityRegularizer,
            name)
    {
    }
}

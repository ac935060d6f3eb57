// SPDX-License-Identifier: MIT
namespace Ai8x.Layers;

/// <summary>Fully connected layer with ReLU; never wide, because the device has no activation on 32-bit output.</summary>
public sealed class FusedDenseReLU : Dense
{
    /// <summary>Makes the layer and checks it against the device.</summary>
    /// <param name="units">Outputs, 1..1024.</param>
    /// <param name="useBias">Whether a bias is added.</param>
    /// <param name="outputShift">The output is multiplied by two to this power, -15..15.</param>
    /// <param name="kernelInitializer">First weights; null for <see cref="GlorotUniform"/>.</param>
    /// <param name="kernelRegularizer">Penalty on the weights, or null.</param>
    /// <param name="activityRegularizer">Penalty on the output before scale and clamp, or null.</param>
    /// <param name="name">Name, or null for a default one.</param>
    /// <exception cref="Device.Limits.LimitException">An argument breaks a limit of the device; all broken limits are listed.</exception>
    public FusedDenseReLU(
        int units,
        bool useBias = true,
        int outputShift = 0,
        Initializer? kernelInitializer = null,
        L2? kernelRegularizer = null,
        L2? activityRegularizer = null,
        string? name = null)
        : base(units, Activation.ReLU, useBias, outputShift, wide: false, kernelInitializer, kernelRegularizer, activityRegularizer, name)
    {
    }
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Layers;

/// <summary>Fully connected layer without activation.</summary>
public sealed class FusedDense : Dense
{
    /// <summary>Makes the layer and checks it against the device.</summary>
    /// <param name="units">Outputs, 1..1024.</param>
    /// <param name="useBias">Whether a bias is added.</param>
    /// <param name="outputShift">The output is multiplied by two to this power, -15..15.</param>
    /// <param name="wide">Whether the output is 32 bits wide on the device.</param>
    /// <param name="kernelInitializer">First weights; null for <see cref="GlorotUniform"/>.</param>
    /// <param name="kernelRegularizer">Penalty on the weights, or null.</param>
    /// <param name="activityRegularizer">Penalty on the output before scale and clamp, or null.</param>
    /// <param name="name">Name, or null for a default one.</param>
    /// <exception cref="Device.Limits.LimitException">An argument breaks a limit of the device; all broken limits are listed.</exception>
    public FusedDense(
        int units,
        bool useBias = true,
        int outputShift = 0,
        bool wide = false,
        Initializer? kernelInitializer = null,
        L2? kernelRegularizer = null,
        L2? activityRegularizer = null,
        string? name = null)
        : base(units, Activation.None, useBias, outputShift, wide, kernelInitializer, kernelRegularizer, activityRegularizer, name)
    {
    }
}

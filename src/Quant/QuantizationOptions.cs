// SPDX-License-Identifier: MIT
namespace Ai8x.Quant;

/// <summary>How a network is turned into integers (numerics.md section 13).</summary>
public sealed record QuantizationOptions
{
    /// <summary>The defaults: scale 1, input scale as the model says, average pooling cuts towards zero.</summary>
    public static QuantizationOptions Default { get; } = new();

    /// <summary>Factor on every weight and bias in front of rounding; finite and above 0.</summary>
    public double Scale { get; init; } = 1.0;

    /// <summary>
    /// What the training input was divided by, 128 or 256, or null for what the model says (128 where it says nothing). With 256 the
    /// first layer's weights are halved (numerics.md section 13.1).
    /// </summary>
    public int? InputScale { get; init; }

    /// <summary>Leaves the first layer's weights as they are, whatever the input scale.</summary>
    public bool KeepFirst { get; init; }

    /// <summary>Average pooling rounds to nearest, halves away from zero, instead of cutting towards zero (numerics.md section 6).</summary>
    public bool RoundAveragePooling { get; init; }

    /// <summary>
    /// A layer with <c>in_channels</c> below what it reads drops <c>in_channel_skip</c> channels at the front and the surplus at the end
    /// (network-yaml.md section 9); without this option such a description is refused.
    /// </summary>
    public bool ReshapeInputs { get; init; }
}

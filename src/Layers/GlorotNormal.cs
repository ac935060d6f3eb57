// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// Truncated normal with mean 0 and variance <c>2 / (fanIn + fanOut)</c>: of a normal distribution that is cut at two standard deviations, as Keras does.
/// </summary>
public sealed class GlorotNormal : Initializer
{
    private GlorotNormal()
    {
    }

    /// <summary>The initializer; it has no settings.</summary>
    public static GlorotNormal Instance { get; } = new();

    /// <inheritdoc/>
    public override string Settings => "glorot_normal";

    /// <inheritdoc/>
    public override void Fill(Span<float> values, int fanIn, int fanOut, in CounterRandom random, int parameterIndex) =>
        TruncatedNormal.Fill(values, 2.0 / checked(fanIn + fanOut), random, parameterIndex);
}

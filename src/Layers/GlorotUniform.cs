// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// Uniform in <c>[-limit, limit)</c> with <c>limit = sqrt(6 / (fanIn + fanOut))</c> in float32 (training-flow.md section 3): element <c>i</c> is
/// <c>(2 * u - 1) * limit</c>, rounded once, where <c>u</c> is the uniform number of element <c>i</c>.
/// </summary>
public sealed class GlorotUniform : Initializer
{
    private GlorotUniform()
    {
    }

    /// <summary>The initializer; it has no settings.</summary>
    public static GlorotUniform Instance { get; } = new();

    /// <inheritdoc/>
    public override string Settings => "glorot_uniform";

    /// <inheritdoc/>
    public override void Fill(Span<float> values, int fanIn, int fanOut, in CounterRandom random, int parameterIndex) =>
        Spread(values, Limit(fanIn, fanOut), random, parameterIndex);

    internal static float Limit(int fanIn, int fanOut) => MathF.Sqrt(6f / checked(fanIn + fanOut));

    /// <summary>Uniform in <c>[-limit, limit)</c>.</summary>
    internal static void Spread(Span<float> values, float limit, in CounterRandom random, int parameterIndex)
    {
        random.Fill(parameterIndex, 0, 0, values);
        foreach (ref float value in values) value = ((2f * value) - 1f) * limit;
    }
}

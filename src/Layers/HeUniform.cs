// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>Uniform in <c>[-limit, limit)</c> with <c>limit = sqrt(6 / fanIn)</c> in float32; numbers as in <see cref="GlorotUniform"/>.</summary>
public sealed class HeUniform : Initializer
{
    private HeUniform()
    {
    }

    /// <summary>The initializer; it has no settings.</summary>
    public static HeUniform Instance { get; } = new();

    /// <inheritdoc/>
    public override string Settings => "he_uniform";

    /// <inheritdoc/>
    public override void Fill(Span<float> values, int fanIn, int fanOut, in CounterRandom random, int parameterIndex) =>
        GlorotUniform.Spread(values, Limit(fanIn), random, parameterIndex);

    internal static float Limit(int fanIn) => MathF.Sqrt(6f / fanIn);
}

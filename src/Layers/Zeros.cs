// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>All values +0; the initializer of every bias.</summary>
public sealed class Zeros : Initializer
{
    private Zeros()
    {
    }

    /// <summary>The initializer; it has no settings.</summary>
    public static Zeros Instance { get; } = new();

    /// <inheritdoc/>
    public override string Settings => "zeros";

    /// <inheritdoc/>
    public override void Fill(Span<float> values, int fanIn, int fanOut, in CounterRandom random, int parameterIndex) => values.Clear();
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Networks;

/// <summary>One change that turned a model into layers of the chip without changing what it computes.</summary>
/// <param name="Layer">Name of the layer, or of the node where no layer carries its name.</param>
/// <param name="What">What was done, as a sentence with the numbers in it.</param>
/// <param name="Why">Why the chip needs it and why the values stay, as a sentence.</param>
public sealed record GraphRewrite(string Layer, string What, string Why)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Layer}: {What} {Why}";
}

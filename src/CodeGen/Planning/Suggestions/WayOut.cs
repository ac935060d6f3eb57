// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen.Planning.Suggestions;

/// <summary>Kinds of changes that make a network smaller.</summary>
public enum WayOutKind
{
    /// <summary>Weights of fewer bits.</summary>
    FewerBits,

    /// <summary>Layers of fewer channels.</summary>
    FewerChannels,

    /// <summary>Pooling in front of an earlier layer.</summary>
    EarlierPooling,

    /// <summary>Padding that lets the first layers stream.</summary>
    Streaming,

    /// <summary>Blocks of input pixels as channels.</summary>
    Folding,

    /// <summary>Layers without bias.</summary>
    NoBias,

    /// <summary>Layers left out.</summary>
    FewerLayers,
}

/// <summary>A change that makes a network fit.</summary>
/// <param name="Kind">What it changes.</param>
/// <param name="Text">What to do, with the numbers before and after, as sentences.</param>
/// <param name="Cost">Share of the network that is given up, 0 to 1: of its weight bits or its multiplications, whichever is more.</param>
/// <param name="Result">The changed network. Where layers changed, its weights are cut or repeated: it must be trained again.</param>
public sealed record WayOut(WayOutKind Kind, string Text, double Cost, FitCandidate Result)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}

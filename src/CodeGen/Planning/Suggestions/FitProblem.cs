// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.CodeGen.Planning.Suggestions;

/// <summary>Which layer needs too much of what.</summary>
/// <param name="Layer">Index of the layer; the one that takes most where several share a memory.</param>
/// <param name="Name">Its name.</param>
/// <param name="Resource">What is too small.</param>
/// <param name="Needed">The amount that is needed, at the least.</param>
/// <param name="Available">The amount that there is.</param>
/// <param name="Detail">What the amount consists of, as a sentence with its numbers.</param>
public sealed record FitProblem(int Layer, string Name, ChipResource Resource, long Needed, long Available, string Detail)
{
    /// <summary>By how much it is too much.</summary>
    public long Excess => Needed - Available;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"layer {Layer} \"{Name}\": {Noun} too small by {Excess:N0} {Unit}: {Needed:N0} are needed and {Available:N0} there. {Detail}");

    private string Noun => Resource switch
    {
        ChipResource.KernelMemory => "the kernel memory is",
        ChipResource.DataMemory => "the data memory is",
        ChipResource.BiasMemory => "the bias memory is",
        ChipResource.Channels => "the number of channels is",
        ChipResource.Dimensions => "the largest map is",
        ChipResource.FlattenSteps => "the number of flattened steps is",
        _ => "the number of layers is",
    };

    private string Unit => Resource switch
    {
        ChipResource.KernelMemory => "words",
        ChipResource.DataMemory or ChipResource.BiasMemory => "bytes",
        ChipResource.Channels => "channels",
        ChipResource.Dimensions => "rows or columns",
        ChipResource.FlattenSteps => "steps",
        _ => "layers",
    };
}

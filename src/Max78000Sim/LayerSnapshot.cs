// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim;

/// <summary>What one executed layer wrote.</summary>
/// <param name="Layer">Hardware layer, 0..31.</param>
/// <param name="Rows">Output rows of the hardware image.</param>
/// <param name="Columns">Output columns; 1 for one-dimensional data.</param>
/// <param name="Wide">Values are 32-bit sums, else signed bytes.</param>
/// <param name="Slots">Where each output slot goes, in the order of <paramref name="Values"/>.</param>
/// <param name="Values">Results as <c>[slot][row][column]</c>. Slots are what registers know; channels need the network's description.</param>
/// <param name="Words">The written words in block order, with their values after the layer.</param>
public sealed record LayerSnapshot(
    int Layer, int Rows, int Columns, bool Wide, ImmutableArray<OutputSlot> Slots, int[] Values, ImmutableArray<SnapshotWord> Words);

/// <summary>One output slot of a layer.</summary>
/// <param name="Index">Number of the slot, expansions outermost.</param>
/// <param name="Expansion">Output expansion (pass of a pass-through layer), from 0.</param>
/// <param name="Processor">Processor 0..63 that finds the value in its memory lane: four times the instance plus the lane.</param>
public readonly record struct OutputSlot(int Index, int Expansion, int Processor);

/// <summary>One data memory word.</summary>
/// <param name="Address">Absolute bus address.</param>
/// <param name="Value">Its value.</param>
public readonly record struct SnapshotWord(uint Address, uint Value);

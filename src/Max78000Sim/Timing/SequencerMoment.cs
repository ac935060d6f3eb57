// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Timing;

/// <summary>Where the sequencer of a layer stands in one cycle. Numbers that the state does not use are 0.</summary>
/// <param name="State">What it does.</param>
/// <param name="Row">Row of the padded, pooled image, from 0.</param>
/// <param name="Column">Column of it.</param>
/// <param name="Pass">Pass, from 0.</param>
/// <param name="Operand">Operand of an element-wise operation, from 0.</param>
/// <param name="Element">Element of the pooling window in raster order, from 0.</param>
/// <param name="Slot">Output slot over all expansions, or time slot.</param>
public readonly record struct SequencerMoment(SequencerState State, int Row = 0, int Column = 0, int Pass = 0, int Operand = 0, int Element = 0, int Slot = 0);

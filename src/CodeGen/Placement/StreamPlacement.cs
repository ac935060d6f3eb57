// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen.Placement;

/// <summary>When a layer that data flows through starts and goes on (machine.md section 12.1).</summary>
/// <param name="Flows">Whether the layer streams; false where the first layer only takes its input from a FIFO.</param>
/// <param name="Start">Values that must have arrived before it starts.</param>
/// <param name="InRow">Values between two pixels of a row.</param>
/// <param name="RowCrossing">Values between two rows.</param>
/// <param name="InputVolume">Input passes of the layers in front of it.</param>
/// <param name="Rollover">Words of its circular input buffer, 0 without.</param>
/// <param name="TransferStart">First row cache entry behind those of the layers in front of it.</param>
public sealed record StreamPlacement(bool Flows, int Start, int InRow, int RowCrossing, int InputVolume, int Rollover, int TransferStart);

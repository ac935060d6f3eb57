// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim;

/// <summary>Something that the chip does not define and that a lenient run lets pass.</summary>
/// <param name="Fault">What a strict run would have been refused for.</param>
/// <param name="Message">The sentence of that fault, with address and value.</param>
/// <param name="Address">Absolute bus address, if one is involved.</param>
/// <param name="Value">The value written, if one is involved.</param>
public sealed record SimulationWarning(SimulationFault Fault, string Message, uint? Address, uint? Value);

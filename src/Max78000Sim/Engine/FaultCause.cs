// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// Why a value means nothing. Programs may compute such values as long as nobody looks at them (the surplus outputs of a dilated convolution, for example), so the
/// fault is raised only where one reaches a result.
/// </summary>
internal sealed record FaultCause(SimulationFault Fault, string Message, FaultContext Context)
{
    public SimulationException At(uint address) => new(Fault, $"the result at 0x{address:x8} depends on it: {Message}", Context);
}

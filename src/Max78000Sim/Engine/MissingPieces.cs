// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>Says which kernel word or bias byte was never loaded.</summary>
internal static class MissingPieces
{
    public static FaultCause Cause(MissingPiece missing, int layer, int slot, long cycle)
    {
        if (!missing.IsBias)
        {
            return new FaultCause(
                SimulationFault.KernelNotLoaded, $"output slot {slot} needs kernel word {missing.Index} of processor {missing.Unit}, which was never loaded",
                new FaultContext(KernelAddress(missing.Unit, missing.Index), Layer: layer, Cycle: cycle));
        }

        if (missing.Index >= MemoryMap.BiasBytes)
        {
            return new FaultCause(
                SimulationFault.BiasOutsideMemory,
                $"output slot {slot} takes bias byte {missing.Index} of quadrant {missing.Unit}; the bias memory has {MemoryMap.BiasBytes}",
                new FaultContext(Register: LayerRegisters.Post.Name, Field: "bptr_sad", Layer: layer, Cycle: cycle));
        }

        return new FaultCause(
            SimulationFault.BiasNotLoaded, $"output slot {slot} needs bias byte {missing.Index} of quadrant {missing.Unit}, which was never loaded",
            new FaultContext(MemoryMap.BiasMemory + (uint)missing.Unit * MemoryMap.QuadrantStride + 4 * (uint)missing.Index, Layer: layer, Cycle: cycle));
    }

    private static uint KernelAddress(int processor, int word) =>
        MemoryMap.KernelMemory + (uint)(processor / MemoryMap.ProcessorsPerQuadrant) * MemoryMap.QuadrantStride
        + (uint)(processor % MemoryMap.ProcessorsPerQuadrant) * MemoryMap.ProcessorStride + (uint)(MemoryMap.KernelWordWindow * word);
}

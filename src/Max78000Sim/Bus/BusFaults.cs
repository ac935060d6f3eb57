// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.Max78000Sim.Bus;

/// <summary>The faults of single bus accesses.</summary>
internal static class BusFaults
{
    public static void CheckAlignment(uint address, uint? value)
    {
        if (address % 4 != 0)
            throw new SimulationException(SimulationFault.Unaligned, "a 32-bit access must be at a multiple of 4", new FaultContext(address, value));
    }

    /// <summary>Refuses (strict) or drops reserved bits.</summary>
    public static uint CheckReserved(RegisterDefinition definition, uint address, uint value, bool strict)
    {
        uint reserved = value & definition.ReservedMask;
        if (reserved != 0 && strict)
        {
            throw new SimulationException(
                SimulationFault.ReservedBits, $"bits 0x{reserved:x8} of {definition.Name} belong to no field", new FaultContext(address, value, definition.Name));
        }

        return value & ~reserved;
    }

    public static SimulationException Unknown(uint address, uint? value) =>
        new(SimulationFault.UnknownAddress, "no register or memory of the accelerator is at this address", new FaultContext(address, value));

    public static SimulationException Width(uint address, uint value, string message) =>
        new(SimulationFault.AccessWidth, message, new FaultContext(address, value));

    public static SimulationException BadValue(uint address, uint value, string message) =>
        new(SimulationFault.BadValue, message, new FaultContext(address, value));

    public static SimulationException Unsupported(uint address, uint? value, string what) =>
        new(SimulationFault.UnsupportedFeature, $"this simulator does not execute {what}", new FaultContext(address, value));
}

// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.Max78000Sim.Bus;

/// <summary>The faults of single bus accesses.</summary>
internal static class BusFaults
{
    /// <summary>The fault of an access that is not at a multiple of its width, or null.</summary>
    public static SimulationException? Alignment(uint address, uint? value) => address % 4 == 0
        ? null
        : new(SimulationFault.Unaligned, "a 32-bit access must be at a multiple of 4", new FaultContext(address, value));

    /// <summary>The fault of bits that belong to no field, or null.</summary>
    public static SimulationException? Reserved(RegisterDefinition definition, uint address, uint value)
    {
        uint reserved = value & definition.ReservedMask;
        return reserved == 0
            ? null
            : new(SimulationFault.ReservedBits, $"bits 0x{reserved:x8} of {definition.Name} belong to no field", new FaultContext(address, value, definition.Name));
    }

    public static SimulationException Running(uint address, uint? value) => new(
        SimulationFault.AccessWhileRunning, "the accelerator is running and uses its memories and registers; wait for the completion flag first",
        new FaultContext(address, value));

    public static SimulationException Unknown(uint address, uint? value) =>
        new(SimulationFault.UnknownAddress, "no register or memory of the accelerator is at this address", new FaultContext(address, value));

    public static SimulationException Width(uint address, uint value, string message) =>
        new(SimulationFault.AccessWidth, message, new FaultContext(address, value));

    public static SimulationException BadValue(uint address, uint? value, string message) =>
        new(SimulationFault.BadValue, message, new FaultContext(address, value));

    public static SimulationException Unsupported(uint address, uint? value, string what) =>
        new(SimulationFault.UnsupportedFeature, $"{what} is not supported on this device", new FaultContext(address, value));
}

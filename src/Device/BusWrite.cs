// SPDX-License-Identifier: MIT
namespace Ai8x.Device;

/// <summary>
/// One store of the host processor to the bus of the accelerator: the seam between whoever makes a program and whoever runs it
/// (machine.md sections 2 and 7.5).
/// </summary>
/// <param name="Address">Absolute byte address, for example 0x50100010; a multiple of four for 32-bit stores.</param>
/// <param name="Value">The stored value; byte stores use bits 7:0.</param>
/// <param name="Width">Width of the store.</param>
public readonly record struct BusWrite(uint Address, uint Value, BusWidth Width = BusWidth.Word);

/// <summary>Width of one bus access.</summary>
public enum BusWidth
{
    /// <summary>8 bits. The kernel loader uses one byte store per record to set the start address (machine.md section 7.5).</summary>
    Byte = 8,

    /// <summary>32 bits, little endian.</summary>
    Word = 32,
}

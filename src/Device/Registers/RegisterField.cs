// SPDX-License-Identifier: MIT
namespace Ai8x.Device.Registers;

/// <summary>One named group of neighbouring bits in a 32-bit register (machine.md sections 3.3 and 3.4).</summary>
/// <param name="Name">Published field name, for example <c>rcnt_max</c>.</param>
/// <param name="LowBit">Position of the field's lowest bit, 0..31.</param>
/// <param name="Width">Number of bits, 1..32.</param>
/// <param name="Meaning">What the field does, in words.</param>
public sealed record RegisterField(string Name, int LowBit, int Width, string Meaning)
{
    /// <summary>The field's bits inside the register, as a mask.</summary>
    public uint Mask => (Width == 32 ? uint.MaxValue : (1u << Width) - 1) << LowBit;

    /// <summary>Largest value that the field holds.</summary>
    public uint Maximum => Width == 32 ? uint.MaxValue : (1u << Width) - 1;
}

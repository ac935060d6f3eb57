// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Device.Registers;

/// <summary>
/// A register as the data sheet's table states it: every bit belongs to exactly one field or is reserved. The declaration checks
/// itself: two fields that share a bit, or a field that leaves the word, throw when the table is made.
/// </summary>
public sealed class RegisterDefinition
{
    /// <summary>Declares a register.</summary>
    /// <param name="name">Short name used in this project, for example <c>RCNT</c>.</param>
    /// <param name="publishedName">The published name, for example <c>Ly_RCNT</c>.</param>
    /// <param name="label">The words that follow a write of this register in generated C.</param>
    /// <param name="offset">Byte offset from the quadrant's register base; for layer registers that of layer 0.</param>
    /// <param name="fields">All fields; bits without a field are reserved.</param>
    /// <exception cref="ArgumentException">Two fields overlap, or a field does not fit into 32 bits.</exception>
    public RegisterDefinition(string name, string publishedName, string label, uint offset, params ReadOnlySpan<RegisterField> fields)
    {
        Name = name;
        PublishedName = publishedName;
        Label = label;
        Offset = offset;
        Fields = [.. fields];
        uint seen = 0;
        foreach (RegisterField field in fields)
        {
            if (field.LowBit < 0 || field.Width < 1 || field.LowBit + field.Width > 32)
            {
                throw new ArgumentException($"Register {name}: field {field.Name} at bit {field.LowBit}, width {field.Width}, leaves the 32-bit word.");
            }

            if ((seen & field.Mask) != 0)
            {
                RegisterField other = Fields.First(f => f != field && (f.Mask & field.Mask) != 0);
                throw new ArgumentException(
                    $"Register {name}: field {field.Name} at bit {field.LowBit}, width {field.Width}, overlaps {other.Name} at bit {other.LowBit}, width {other.Width}.");
            }

            seen |= field.Mask;
        }

        ReservedMask = ~seen;
    }

    /// <summary>Short name used in this project.</summary>
    public string Name { get; }

    /// <summary>Published name.</summary>
    public string PublishedName { get; }

    /// <summary>Words that follow a write of this register in generated C (machine.md section 5.7).</summary>
    public string Label { get; }

    /// <summary>Byte offset from the quadrant's register base; for layer registers that of layer 0.</summary>
    public uint Offset { get; }

    /// <summary>All fields, lowest bit first as declared.</summary>
    public ImmutableArray<RegisterField> Fields { get; }

    /// <summary>Bits that belong to no field.</summary>
    public uint ReservedMask { get; }
}

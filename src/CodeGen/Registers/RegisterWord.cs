// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.CodeGen.Registers;

/// <summary>Builds the value of a register from its fields by name, so that no value ever leaves its field.</summary>
internal static class RegisterWord
{
    /// <summary>Puts field values together.</summary>
    /// <exception cref="ArgumentException">There is no such field.</exception>
    /// <exception cref="RegisterFieldException">A value does not fit into its field.</exception>
    public static uint Of(RegisterDefinition register, params ReadOnlySpan<(string Field, long Value)> values)
    {
        uint word = 0;
        foreach ((string name, long value) in values)
        {
            RegisterField field = register.Fields.FirstOrDefault(f => f.Name == name) ?? throw new ArgumentException($"Register {register.Name} has no field {name}.");
            if (value < 0 || value > field.Maximum) throw new RegisterFieldException($"{register.PublishedName}: {name} holds 0 to {field.Maximum}, not {value}");
            word |= (uint)value << field.LowBit;
        }

        return word;
    }
}

/// <summary>A value does not fit into its register field.</summary>
internal sealed class RegisterFieldException(string message) : Exception(message);

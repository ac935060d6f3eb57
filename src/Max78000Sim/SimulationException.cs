// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Ai8x.Max78000Sim;

/// <summary>
/// The program does something that the simulated accelerator refuses: a broken bus access, contradicting registers, or a hazard that
/// makes results meaningless (machine.md sections 3 and 11). Never thrown for a wrong result: that is a mismatch.
/// </summary>
public sealed class SimulationException : FormatException
{
    internal SimulationException(SimulationFault fault, string message, FaultContext context = default, Exception? inner = null)
        : base(Compose(message, context), inner)
    {
        Fault = fault;
        Detail = message;
        Context = context;
    }

    /// <summary>The kind of fault.</summary>
    public SimulationFault Fault { get; }

    /// <summary>Absolute bus address, if one is involved.</summary>
    public uint? Address => Context.Address;

    /// <summary>The value written, if one is involved.</summary>
    public uint? Value => Context.Value;

    /// <summary>Short name of the register, if one is involved, for example <c>LCTL</c>.</summary>
    public string? Register => Context.Register;

    /// <summary>Name of the field, if one is involved.</summary>
    public string? Field => Context.Field;

    /// <summary>Index of the hardware layer, 0..31, if the fault belongs to one.</summary>
    public int? Layer => Context.Layer;

    /// <summary>Cycle of the inference, counted from its start, if the fault happens in one.</summary>
    public long? Cycle => Context.Cycle;

    /// <summary>Where in the program the access stands, for example <c>cnn.c:120</c>, if it came from a file.</summary>
    public string? Location => Context.Location;

    internal string Detail { get; }

    internal FaultContext Context { get; }

    internal SimulationException WithLocation(string location) =>
        new(Fault, Detail, Context with { Location = location }, this);

    private static string Compose(string message, FaultContext context)
    {
        var text = new StringBuilder();
        if (context.Location is not null)
            text.Append(context.Location).Append(": ");
        if (context.Layer is int layer)
            text.Append(CultureInfo.InvariantCulture, $"layer {layer}: ");
        text.Append(message);
        string separator = " [";
        void Part(string part)
        {
            text.Append(separator).Append(part);
            separator = ", ";
        }

        if (context.Register is not null)
            Part($"register {context.Register}");
        if (context.Field is not null)
            Part($"field {context.Field}");
        if (context.Address is uint address)
            Part($"address 0x{address:x8}");
        if (context.Value is uint value)
            Part($"value 0x{value:x8}");
        if (context.Cycle is long cycle)
            Part(string.Create(CultureInfo.InvariantCulture, $"cycle {cycle}"));
        if (separator == ", ")
            text.Append(']');
        return text.ToString();
    }
}

/// <summary>The facts around a fault that are known where it is found.</summary>
internal readonly record struct FaultContext(
    uint? Address = null, uint? Value = null, string? Register = null, string? Field = null, int? Layer = null, string? Location = null, long? Cycle = null);

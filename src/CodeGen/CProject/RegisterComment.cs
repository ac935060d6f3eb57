// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;
using static System.FormattableString;

namespace Ai8x.CodeGen.CProject;

/// <summary>The fields of a written register value in words: <c>rcnt_max=29, rcnt_pad=1</c>.</summary>
internal static class RegisterComment
{
    private const uint LayerRegisterRow = 0x80;

    /// <summary>Fields wider than this are pointers and masks, and are printed in hexadecimal.</summary>
    private const int WidestNumber = 12;

    /// <summary>The comment of an access: its label, then the fields that it sets or clears.</summary>
    public static string For(ProgramAccess access)
    {
        string label = CommentText.Clean(access.Label);
        if (access.Operation is not (AccessOperation.Write or AccessOperation.SetBits or AccessOperation.KeepBits)) return label;
        if (access.Target is not null || Find(access.Address) is not { } register) return label;
        if (label.Length == 0) label = register.Label;
        string fields = access.Operation switch
        {
            AccessOperation.KeepBits => Names(register, ~access.Value),
            AccessOperation.SetBits => Values(register, access.Value),
            _ => Values(register, access.Value),
        };
        string verb = access.Operation switch
        {
            AccessOperation.KeepBits => "clear ",
            AccessOperation.SetBits => "set ",
            _ => "",
        };
        return fields.Length == 0 ? label : $"{label}: {verb}{fields}";
    }

    /// <summary>The quadrant that a register, bias or kernel address belongs to.</summary>
    public static int Quadrant(uint address) => (int)((address - MemoryMap.Registers) / MemoryMap.QuadrantStride);

    private static RegisterDefinition? Find(uint address)
    {
        if (Single(address) is { } single) return single;
        if (address < MemoryMap.Registers || Quadrant(address) >= MemoryMap.Quadrants) return null;
        uint offset = (address - MemoryMap.Registers) % MemoryMap.QuadrantStride;
        return GlobalRegisters.All.FirstOrDefault(register => register.Offset == offset)
            ?? LayerRegisters.All.FirstOrDefault(register => offset >= register.Offset && offset < register.Offset + LayerRegisterRow);
    }

    /// <summary>The registers outside the quadrants.</summary>
    private static RegisterDefinition? Single(uint address) => address switch
    {
        MemoryMap.AlwaysOnControl => AlwaysOnRegisters.AlwaysOnControl,
        MemoryMap.FifoControl => AlwaysOnRegisters.FifoControl,
        MemoryMap.FastFifoControl => AlwaysOnRegisters.FastFifoControl,
        _ => null,
    };

    private static string Values(RegisterDefinition register, uint value)
    {
        List<string> fields =
        [
            .. register.Fields.Where(field => (value & field.Mask) != 0)
                .Select(field => (field.Name, field.Width, Value: (value & field.Mask) >> field.LowBit))
                .Select(field => field.Width > WidestNumber ? Invariant($"{field.Name}=0x{field.Value:x}") : Invariant($"{field.Name}={field.Value}")),
        ];
        uint reserved = value & register.ReservedMask;
        if (reserved != 0) fields.Add(Invariant($"reserved=0x{reserved:x}"));
        return string.Join(", ", fields);
    }

    private static string Names(RegisterDefinition register, uint mask) =>
        string.Join(", ", register.Fields.Where(field => (mask & field.Mask) != 0).Select(field => field.Name));
}

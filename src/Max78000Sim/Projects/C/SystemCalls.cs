// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Functions of the SDK and the C library that a project may call, known by name.</summary>
internal static class SystemCalls
{
    private static readonly string[] IgnoredPrefixes = ["MXC_", "LED_", "PB_", "NVIC_", "SCB_", "Console_", "Debug_", "Board_", "ICC_", "RTC_", "GPIO_", "SYS_", "utils_", "mxc_"];

    /// <summary>Beginnings of constants and peripherals.</summary>
    private static readonly string[] ObjectPrefixes = ["MXC_", "SCB", "NVIC", "TMR_", "WUT_", "RTC_", "DMA_", "UART_", "GPIO_", "I2S_", "SPI_", "ADC_", "LP_"];

    private static readonly HashSet<string> Ignored = new(StringComparer.Ordinal)
    {
        "printf", "putchar", "puts", "fflush", "fprintf", "setbuf", "setvbuf", "free", "SystemCoreClockUpdate", "SEC", "MSEC", "USEC", "__enable_irq", "__disable_irq",
        "__set_PRIMASK", "__get_PRIMASK", "__NOP", "__DSB", "__ISB", "__DMB", "__SEV", "assert", "icache_enable", "utils_delay_ms", "mxc_delay",
    };

    private static readonly HashSet<string> Waiting = new(StringComparer.Ordinal) { "__WFI", "__WFE", "MXC_LP_EnterSleepMode", "MXC_LP_EnterDeepSleepMode", "LP_EnterSleepMode" };

    private static readonly HashSet<string> Pure = new(StringComparer.Ordinal)
    {
        "memcpy", "memmove", "memset", "memcmp", "strlen", "abs", "labs", "llabs", "__SSAT", "__USAT", "exit", "abort", "softmax_q17p14_q15", "softmax_shift_q17p14_q15", "snprintf", "sprintf",
    };

    public static CType TypeOf(string name) => name switch
    {
        "memcpy" or "memmove" or "memset" => CType.Void.Pointer(),
        "llabs" => CType.Long,
        _ => CType.Int,
    };

    /// <summary>A constant or object of the SDK.</summary>
    public static bool IsObject(string name) =>
        Array.Exists(ObjectPrefixes, p => name.StartsWith(p, StringComparison.Ordinal))
        || name is "SysTick" or "CoreDebug" or "DWT" or "CNN_IRQn" or "stdout" or "stderr" or "stdin" or "SystemCoreClock" or "IPO_FREQ" or "SystemCoreClock_IPO" or "EVT_CNN";

    public static bool IsKnown(string name) =>
        Ignored.Contains(name) || Waiting.Contains(name) || Pure.Contains(name) || Array.Exists(IgnoredPrefixes, p => name.StartsWith(p, StringComparison.Ordinal));

    public static CValue Call(CMachine machine, string name, ImmutableArray<CNode> arguments, CPosition at)
    {
        if (!IsKnown(name))
            throw at.Error($"the function '{name}' is not known");
        machine.Step(at);
        if (name is "sprintf" or "snprintf")
            return PrintTo(machine, name == "snprintf", arguments, at);
        if (Pure.Contains(name))
            return PureCall(machine, name, arguments, at);
        CValue[] values = [.. arguments.Select(a => a.Evaluate(machine))];
        if (Waiting.Contains(name))
            machine.Idle(at, false);
        if (name is "NVIC_SetVector" or "MXC_NVIC_SetVector" && values.Length == 2 && arguments[0] is CSystemName { Name: "CNN_IRQn" })
            machine.InterruptRoutine = machine.Program.FunctionAt(values[1].Bits) ?? machine.InterruptRoutine;
        if (name is "printf" or "puts" or "putchar")
            machine.Print(CPrinter.Format(machine, name, arguments, values, at));
        return new CValue(name.StartsWith("MXC_TMR_", StringComparison.Ordinal) ? machine.Microseconds : 0);
    }

    private static CValue PureCall(CMachine machine, string name, ImmutableArray<CNode> arguments, CPosition at)
    {
        if (name is "exit" or "abort")
            throw new CHaltException(at);
        (int count, Func<long[], CValue> work) = name switch
        {
            "memset" => (3, v => Fill(machine, (uint)v[0], (byte)v[1], (uint)v[2], at)),
            "memcpy" or "memmove" => (3, v => Copy(machine, (uint)v[0], (uint)v[1], (uint)v[2], at)),
            "memcmp" => (3, v => Compare(machine, (uint)v[0], (uint)v[1], (uint)v[2], at)),
            "strlen" => (1, v => Length(machine, (uint)v[0], at)),
            "abs" or "labs" => (1, v => new CValue((int)Math.Abs(v[0]))),
            "llabs" => (1, v => new CValue(v[0] < 0 ? -v[0] : v[0])),
            "__SSAT" => (2, v => new CValue(Math.Clamp(v[0], -(1L << (Bits(v[1], at) - 1)), (1L << (Bits(v[1], at) - 1)) - 1))),
            "__USAT" => (2, v => new CValue(Math.Clamp(v[0], 0, (1L << Bits(v[1], at)) - 1))),
            "softmax_q17p14_q15" => (3, v => SoftMax(machine, (uint)v[0], (ushort)v[1], (uint)v[2], 0, at)),
            "softmax_shift_q17p14_q15" => (4, v => SoftMax(machine, (uint)v[0], (ushort)v[1], (uint)v[3], (byte)v[2], at)),
            _ => (-1, (Func<long[], CValue>)(_ => throw at.Error($"{name} is not understood"))),
        };
        if (count >= 0 && count != arguments.Length)
            throw at.Error($"{name} takes {count} arguments, not {arguments.Length}");
        CValue[] values = [.. arguments.Select(a => a.Evaluate(machine))];
        if (values.Any(v => v.Kind == CValueKind.Opaque))
            throw at.Error($"an argument of {name} has no known value");
        return work([.. values.Select(v => v.Bits)]);
    }

    /// <summary>Prints into memory, as much as fits.</summary>
    private static CValue PrintTo(CMachine machine, bool limited, ImmutableArray<CNode> arguments, CPosition at)
    {
        const int MaximumText = 4096;
        int first = limited ? 2 : 1;
        if (arguments.Length <= first)
            throw at.Error($"{(limited ? "snprintf" : "sprintf")} takes a buffer{(limited ? ", its size" : string.Empty)} and a format");
        CValue[] values = [.. arguments.Select(a => a.Evaluate(machine))];
        string text = CPrinter.Format(machine, "printf", [.. arguments.Skip(first)], values[first..], at);
        if (values[0].Kind != CValueKind.Known || (limited && values[1].Kind != CValueKind.Known) || text.Length > MaximumText)
            throw at.Error("the buffer that is printed to is not known, or the text too long");
        int room = limited ? (int)Math.Clamp(values[1].Bits - 1, -1, text.Length) : text.Length;
        for (int i = 0; i <= room; i++)
            machine.Store(new CPlace((uint)values[0].Bits + (uint)i, CType.Byte), new CValue(i < room ? (byte)text[i] : 0), at);
        return new CValue(text.Length);
    }

    private static int Bits(long bits, CPosition at) => bits is >= 1 and <= 32 ? (int)bits : throw at.Error("a width is 1 to 32 bits");

    private static CValue Fill(CMachine machine, uint address, byte value, uint count, CPosition at)
    {
        if (!CMachine.IsDevice(address))
        {
            machine.Memory.Bytes(address, count, at).Fill(value);
            return new CValue(address);
        }

        if (count % 4 != 0 || address % 4 != 0)
            throw at.Error("the accelerator takes accesses of 32 bits; memset of other sizes is not understood");
        for (uint offset = 0; offset < count; offset += 4)
        {
            machine.Step(at);
            machine.Store(new CPlace(address + offset, CType.UnsignedInt), new CValue(value * 0x01010101u), at);
        }

        return new CValue(address);
    }

    private static CValue Copy(CMachine machine, uint target, uint source, uint count, CPosition at)
    {
        if (!CMachine.IsDevice(target) && !CMachine.IsDevice(source))
        {
            machine.Memory.Bytes(source, count, at).ToArray().CopyTo(machine.Memory.Bytes(target, count, at));
            return new CValue(target);
        }

        // The C library copies words as long as it can.
        uint done = 0;
        for (; done + 4 <= count && (target | source) % 4 == 0; done += 4)
            machine.Store(new CPlace(target + done, CType.UnsignedInt), machine.Load(new CPlace(source + done, CType.UnsignedInt), at), at);
        for (; done < count; done++)
            machine.Store(new CPlace(target + done, CType.Byte), machine.Load(new CPlace(source + done, CType.Byte), at), at);
        return new CValue(target);
    }

    private static CValue Compare(CMachine machine, uint left, uint right, uint count, CPosition at)
    {
        for (uint i = 0; i < count; i++)
        {
            long a = machine.Load(new CPlace(left + i, CType.Byte), at).Bits, b = machine.Load(new CPlace(right + i, CType.Byte), at).Bits;
            if (a != b)
                return new CValue(a < b ? -1 : 1);
        }

        return default;
    }

    private static CValue Length(CMachine machine, uint address, CPosition at)
    {
        uint length = 0;
        while (machine.Load(new CPlace(address + length, CType.Byte), at).Bits != 0)
            length++;
        return new CValue(length);
    }

    /// <summary>The SDK's soft-max (machine.md section 16.5), for projects that bring no <c>softmax.c</c>.</summary>
    private static CValue SoftMax(CMachine machine, uint input, int count, uint output, int shift, CPosition at)
    {
        var values = new int[count];
        for (int i = 0; i < count; i++)
        {
            var place = new CPlace(input + 4 * (uint)i, CType.Int);
            values[i] = (int)machine.Load(place, at).Bits << (shift & 31);
            if (shift != 0)
                machine.Store(place, new CValue(values[i]), at);
        }

        long origin = (count == 0 ? int.MinValue : values.Max()) - (16L << 14);
        uint sum = 0;
        foreach (int value in values.Where(v => v > origin))
            sum += 1u << ((byte)(8192 + value - origin >> 14) & 31);
        for (int i = 0; i < count; i++)
        {
            long result = values[i] > origin ? Math.Min(short.MaxValue, (int)(0x100000000L / Math.Max(1, sum)) >> ((byte)(17 + (8191 + origin - values[i] >> 14)) & 31)) : 0;
            machine.Store(new CPlace(output + 2 * (uint)i, CType.Short), new CValue(result), at);
        }

        return default;
    }
}

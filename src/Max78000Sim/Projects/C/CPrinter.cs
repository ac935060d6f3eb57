// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>What a program prints. Unknown values and formats are shown as question marks: they decide nothing.</summary>
internal static class CPrinter
{
    private const int MaximumWidth = 100;

    public static string Format(CMachine machine, string name, ImmutableArray<CNode> arguments, CValue[] values, CPosition at)
    {
        if (values.Length == 0)
            return string.Empty;
        if (name == "putchar")
            return values[0].Kind == CValueKind.Opaque ? "?" : ((char)(byte)values[0].Bits).ToString();
        string format = Text(machine, values[0], at);
        if (name == "puts")
            return format + "\n";
        var printed = new StringBuilder();
        int next = 1;
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
                printed.Append(format[i]);
            else if (i + 1 < format.Length && format[i + 1] == '%')
                printed.Append(format[++i]);
            else
                i = One(format, i + 1, printed, () => next < values.Length ? (values[next], arguments[next++].Used) : null, machine, at);
        }

        return printed.ToString();
    }

    private static int One(string format, int at, StringBuilder printed, Func<(CValue Value, CType Type)?> next, CMachine machine, CPosition position)
    {
        int start = at;
        while (at < format.Length && "-+ #0123456789.*hlzjt".Contains(format[at], StringComparison.Ordinal))
            at++;
        if (at >= format.Length || at - start > 12 || next() is not (CValue value, CType type))
        {
            printed.Append('?');
            return at;
        }

        string flags = format[start..at].TrimEnd('h', 'l', 'z', 'j', 't');
        string text = value.Kind != CValueKind.Known && value.Kind != CValueKind.Device ? "?" : format[at] switch
        {
            'd' or 'i' => (type.Kind == CTypeKind.Floating ? value.Double : type.Size == 8 ? value.Bits : (int)value.Bits).ToString(CultureInfo.InvariantCulture),
            'u' => (type.Size == 8 ? (ulong)value.Bits : (uint)value.Bits).ToString(CultureInfo.InvariantCulture),
            'x' or 'p' => (type.Size == 8 ? (ulong)value.Bits : (uint)value.Bits).ToString("x", CultureInfo.InvariantCulture),
            'X' => (type.Size == 8 ? (ulong)value.Bits : (uint)value.Bits).ToString("X", CultureInfo.InvariantCulture),
            'c' => ((char)(byte)value.Bits).ToString(),
            's' => Text(machine, value, position),
            'f' or 'g' or 'e' when type.Kind == CTypeKind.Floating => value.Double.ToString("F" + Precision(flags), CultureInfo.InvariantCulture),
            _ => "?",
        };
        int width = int.TryParse(flags.TrimStart('-', '+', ' ', '#', '0').Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int wanted) ? Math.Min(wanted, MaximumWidth) : 0;
        bool zero = flags.TrimStart('+', ' ', '#').StartsWith('0');
        printed.Append(flags.StartsWith('-') ? text.PadRight(width) : text.PadLeft(width, zero ? '0' : ' '));
        return at;
    }

    private static int Precision(string flags)
    {
        int point = flags.IndexOf('.', StringComparison.Ordinal);
        return point >= 0 && int.TryParse(flags.AsSpan(point + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int digits) ? Math.Min(digits, 20) : 6;
    }

    private static string Text(CMachine machine, CValue pointer, CPosition at)
    {
        var text = new StringBuilder();
        if (pointer.Kind == CValueKind.Opaque)
            return "?";
        for (uint address = (uint)pointer.Bits; text.Length < 4096; address++)
        {
            byte c = machine.Memory.Bytes(address, 1, at)[0];
            if (c == 0)
                break;
            text.Append((char)c);
        }

        return text.ToString();
    }
}

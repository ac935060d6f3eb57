// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Ai8x.CodeGen.CProject;

/// <summary>Data as an initializer macro: <c>#define NAME { \</c>, lines of values, <c>}</c>.</summary>
internal static class ArrayMacro
{
    private const int WordsPerLine = 8;
    private const int BytesPerLine = 16;

    public static void AppendWords(SourceText text, string name, ReadOnlySpan<uint> words) => Append(text, name, words, WordsPerLine, "x8");

    public static void AppendBytes(SourceText text, string name, ReadOnlySpan<byte> bytes) => Append(text, name, bytes, BytesPerLine, "x2");

    private static void Append<T>(SourceText text, string name, ReadOnlySpan<T> values, int perLine, string format)
        where T : IFormattable
    {
        if (values.IsEmpty) throw new ArgumentException($"{name} has no values; C has no empty array.");
        text.Line($"#define {name} {{ \\");
        var line = new StringBuilder();
        for (int start = 0; start < values.Length; start += perLine)
        {
            line.Clear().Append(' ');
            int end = Math.Min(start + perLine, values.Length);
            for (int i = start; i < end; i++)
            {
                line.Append(" 0x").Append(values[i].ToString(format, CultureInfo.InvariantCulture)).Append(i + 1 < values.Length ? "," : "");
            }

            text.Line(line.Append(" \\").ToString());
        }

        text.Line("}");
    }
}

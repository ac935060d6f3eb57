// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Ai8x.Golden;

/// <summary>A reader for the simple arrays of the reference vectors: version 1.0, little-endian integers; the values come out in C order.</summary>
internal static partial class GeneratorNpy
{
    public static (int[] Shape, int[] Values) Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int header = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        string text = Encoding.ASCII.GetString(bytes, 10, header);
        string type = Descr().Match(text).Groups[1].Value;
        int[] shape = [.. Shape().Match(text).Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(s => int.Parse(s, CultureInfo.InvariantCulture))];
        var values = new int[shape.Aggregate(1, (a, b) => a * b)];
        ReadOnlySpan<byte> data = bytes.AsSpan(10 + header);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = type switch
            {
                "|i1" => (sbyte)data[i],
                "<i4" => BinaryPrimitives.ReadInt32LittleEndian(data[(4 * i)..]),
                "<i8" => checked((int)BinaryPrimitives.ReadInt64LittleEndian(data[(8 * i)..])),
                _ => throw new NotSupportedException($"{path} has elements of type {type}."),
            };
        }

        return (shape, text.Contains("'fortran_order': True", StringComparison.Ordinal) ? FromFortranOrder(values, shape) : values);
    }

    private static int[] FromFortranOrder(int[] values, int[] shape)
    {
        var ordered = new int[values.Length];
        for (int i = 0; i < ordered.Length; i++)
        {
            // Position i in C order; in Fortran order the first axis is the fastest.
            int rest = i, source = 0;
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                int stride = shape[..axis].Aggregate(1, (a, b) => a * b);
                source += rest % shape[axis] * stride;
                rest /= shape[axis];
            }

            ordered[i] = values[source];
        }

        return ordered;
    }

    [GeneratedRegex("'descr': '([^']+)'")]
    private static partial Regex Descr();

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex Shape();
}

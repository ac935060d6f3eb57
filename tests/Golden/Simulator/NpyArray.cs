// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace Ai8x.Golden.Simulator;

/// <summary>A small reader of version 1.0 arrays of int32, little endian.</summary>
internal sealed partial record NpyArray(int[] Shape, int[] Values)
{
    public static NpyArray ReadInt32(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int header = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        string text = Encoding.ASCII.GetString(bytes, 10, header);
        Assert.Contains("'<i4'", text, StringComparison.Ordinal);
        int[] shape = [.. Number().Matches(Shapes().Match(text).Groups[1].Value).Select(m => int.Parse(m.Value, System.Globalization.CultureInfo.InvariantCulture))];
        int start = 10 + header;
        var values = new int[(bytes.Length - start) / 4];
        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(start + 4 * i));
        Assert.Equal(shape.Aggregate(1, (a, b) => a * b), values.Length);
        return new NpyArray(shape, text.Contains("'fortran_order': True", StringComparison.Ordinal) ? LastAxisFastest(shape, values) : values);
    }

    /// <summary>Turns values whose first axis runs fastest into the order in which the last one does.</summary>
    private static int[] LastAxisFastest(int[] shape, int[] values)
    {
        var turned = new int[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int rest = i, target = 0;
            foreach (int length in shape)
            {
                target = target * length + rest % length;
                rest /= length;
            }

            turned[target] = values[i];
        }

        return turned;
    }

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex Shapes();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}

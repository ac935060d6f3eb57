// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Max78000Sim.Projects.Vectors;

/// <summary>Reads <c>unload.csv</c>: rows of first result byte, number of bytes, source byte address and step of the source.</summary>
internal static class UnloadTable
{
    private const string Name = "unload.csv";
    private const string Header = "out_byte,count,source_address,source_step";

    public static UnloadMap? Read(string folder)
    {
        if (TextFile.ReadIfPresent(folder, Name) is not string text)
            return null;
        var sources = new List<uint>();
        int number = 0;
        foreach (string raw in text.Split('\n'))
        {
            number++;
            string line = raw.TrimEnd('\r');
            if (number == 1 && line != Header)
                throw new ProjectFormatException(Name, 1, $"the first line must be '{Header}'");
            if (number == 1 || line.Length == 0)
                continue;
            string[] parts = line.Split(',');
            if (parts.Length != 4 || !Number(parts[0], out uint first) || !Number(parts[1], out uint count) || !Number(parts[2], out uint source)
                || !Number(parts[3], out uint step))
            {
                throw new ProjectFormatException(Name, number, "a row has four numbers");
            }

            if ((long)first + count > UnloadMap.MaximumBytes)
                throw new ProjectFormatException(Name, number, $"the result has at most {UnloadMap.MaximumBytes} bytes");
            while (sources.Count < first + count)
                sources.Add(0);

            // A step of 0 from a place outside the data memory marks bytes that the unload function leaves as they were.
            if (step == 0 && Memories.DataMemory.WordOf(source) < 0)
                continue;
            for (uint i = 0; i < count; i++)
                sources[(int)(first + i)] = source + i * step;
        }

        return new UnloadMap([.. sources]);
    }

    private static bool Number(string text, out uint value) => text.StartsWith("0x", StringComparison.Ordinal)
        ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
        : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}

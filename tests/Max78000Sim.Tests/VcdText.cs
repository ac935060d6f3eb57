// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>A reader of value change dumps, for checking what is written: declarations, then for each time the values that hold from there on.</summary>
internal static class VcdText
{
    /// <summary>The values of all signals at every time at which something may change, the end time left out.</summary>
    public static IEnumerable<(long Time, IReadOnlyDictionary<string, ulong> Signals)> Read(string text)
    {
        var names = new Dictionary<string, (string Name, int Bits)>();
        var values = new Dictionary<string, ulong>();
        long? time = null;
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            if (words[0] == "$var")
            {
                Assert.Equal(("wire", "$end", 6), (words[1], words[5], words.Length));
                names.Add(words[3], (words[4], int.Parse(words[2], CultureInfo.InvariantCulture)));
            }
            else if (line[0] == '#')
            {
                if (time is long before)
                    yield return (before, new Dictionary<string, ulong>(values));
                long now = long.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
                Assert.True(time is null || now > time, "times rise");
                time = now;
            }
            else if (line[0] == 'b')
            {
                (string name, int bits) = names[words[1]];
                Assert.InRange(words[0].Length - 1, 1, bits);
                values[name] = ulong.Parse(words[0].AsSpan(1), NumberStyles.BinaryNumber, CultureInfo.InvariantCulture);
            }
            else
            {
                Assert.StartsWith("$", line, StringComparison.Ordinal);
            }
        }
    }
}

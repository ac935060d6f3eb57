// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Ai8x.Max78000Sim.Projects.Vectors;

/// <summary>One row of <c>program.csv</c>.</summary>
/// <param name="Line">Line of the file, from 1.</param>
/// <param name="Function">Function the row belongs to.</param>
/// <param name="Operation">What is done.</param>
/// <param name="Width">Bits, as text.</param>
/// <param name="Address">Address or the name of a system register, as text.</param>
/// <param name="Value">Value, file name or condition, as text.</param>
/// <param name="Count">Repetitions, 1 if the column is empty.</param>
internal sealed record ProgramRow(int Line, string Function, string Operation, string Width, string Address, string Value, int Count)
{
    private const string File = VectorFolderReader.ProgramFile;
    private const string Header = "function,op,width,address,value,register,count";
    private const int Columns = 7;

    /// <summary>Reads all rows.</summary>
    public static List<ProgramRow> Parse(string text)
    {
        var rows = new List<ProgramRow>();
        int line = 0;
        foreach (string raw in text.Split('\n'))
        {
            line++;
            string row = raw.TrimEnd('\r');
            if (line == 1)
            {
                if (row != Header)
                    throw new ProjectFormatException(File, 1, $"the first line must be '{Header}'");
                continue;
            }

            if (row.Length > 0)
                rows.Add(Make(Split(row, line), line));
        }

        return rows;
    }

    /// <summary>The address as a number.</summary>
    public uint AddressNumber() => Number(Address);

    /// <summary>A hexadecimal number with its prefix.</summary>
    public uint Number(string text)
    {
        if (text.StartsWith("0x", StringComparison.Ordinal) && text.Length <= 10
            && uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value))
        {
            return value;
        }

        throw Error($"'{text}' is not a number of the form 0x…");
    }

    public ProjectFormatException Error(string problem) => new(File, Line, problem);

    private static ProgramRow Make(List<string> parts, int line)
    {
        if (parts.Count != Columns)
            throw new ProjectFormatException(File, line, $"a row has {Columns} columns, this one {parts.Count}");
        int count = 1;
        if (parts[6].Length > 0 && !int.TryParse(parts[6], NumberStyles.None, CultureInfo.InvariantCulture, out count))
            throw new ProjectFormatException(File, line, $"the count '{parts[6]}' is not a number");
        return new ProgramRow(line, parts[0], parts[1], parts[2], parts[3], parts[4], count);
    }

    private static List<string> Split(string row, int line)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < row.Length; i++)
        {
            char c = row[i];
            if (c == '"' && quoted && i + 1 < row.Length && row[i + 1] == '"')
            {
                part.Append('"');
                i++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(c);
            }
        }

        if (quoted)
            throw new ProjectFormatException(File, line, "a quotation mark is not closed");
        parts.Add(part.ToString());
        return parts;
    }
}

// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Ai8x.CodeGen.Maps;

/// <summary>A memory map as text of fixed width, ASCII only: one character for a sixty-fourth of the memory, a letter for each layer.</summary>
public static class MapText
{
    private const int Cells = 64;
    private const string Letters = "0123456789abcdefghijklmnopqrstuv";

    /// <summary>Prints a map with its table of spans.</summary>
    /// <param name="map">The map.</param>
    /// <returns>Lines that end in a line feed.</returns>
    public static string Of(MapOfMemory map)
    {
        ArgumentNullException.ThrowIfNull(map);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{map.Memory} memory: {map.Capacity:N0} {map.Unit} in each row, {(double)map.Capacity / Cells:0.##} of them a character\n");
        text.Append("0..9, a..v: layer 0..31   i: network input   *: more than one   .: free   !: no room\n\n");
        int width = map.Rows.Max(row => row.Name.Length);
        foreach (MapRow row in map.Rows)
        {
            string over = row.Spans.Any(span => span.End > map.Capacity) ? " ! " + Overflow(map, row) : "";
            text.Append(CultureInfo.InvariantCulture, $"{row.Name.PadRight(width)} |{Bar(map, row)}| {100.0 * Math.Min(row.Used, map.Capacity) / map.Capacity,5:0.0} %{over}\n");
        }

        text.Append('\n');
        foreach (MapRow row in map.Rows)
        {
            foreach (MapSpan span in row.Spans) text.Append(CultureInfo.InvariantCulture, $"{row.Name.PadRight(width)} {span.Start,6} to {span.End - 1,6}  {Title(span)}{(span.End > map.Capacity ? "  no room" : "")}\n");
        }

        return text.ToString();
    }

    /// <summary>The layer and what it keeps, in ASCII.</summary>
    internal static string Title(MapSpan span)
    {
        StringBuilder name = new();
        foreach (char c in span.Name) name.Append(c is >= ' ' and <= '~' ? c : '?');
        return span.Layer < 0 ? span.Content : string.Create(CultureInfo.InvariantCulture, $"layer {span.Layer} \"{name}\": {span.Content}");
    }

    private static string Overflow(MapOfMemory map, MapRow row) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.Spans.Max(span => span.End) - map.Capacity:N0} too many");

    private static string Bar(MapOfMemory map, MapRow row)
    {
        char[] cells = [.. Enumerable.Repeat('.', Cells)];
        foreach (MapSpan span in row.Spans)
        {
            char letter = span.Layer < 0 ? 'i' : Letters[span.Layer % Letters.Length];
            int first = (int)((long)span.Start * Cells / map.Capacity), last = (int)(((long)span.End - 1) * Cells / map.Capacity);
            for (int cell = Math.Max(0, first); cell <= Math.Min(last, Cells - 1); cell++) cells[cell] = cells[cell] == '.' || cells[cell] == letter ? letter : '*';
        }

        return new string(cells);
    }
}

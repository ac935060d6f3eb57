// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Ai8x.CodeGen.Maps;

/// <summary>A memory map as a drawing (SVG 1.1): one bar for each memory, one colour for each layer, a red line at the end of the memory.</summary>
public static class MapSvg
{
    private const int BarWidth = 900;
    private const int RowHeight = 14;
    private const int Left = 110;
    private const int Top = 44;

    /// <summary>Draws a map.</summary>
    /// <param name="map">The map.</param>
    /// <returns>The document; lines end in a line feed.</returns>
    public static string Of(MapOfMemory map)
    {
        ArgumentNullException.ThrowIfNull(map);
        MapSpan[] spans = [.. map.Rows.SelectMany(row => row.Spans)];
        int longest = Math.Max(map.Capacity, spans.Select(span => span.End).DefaultIfEmpty(0).Max());
        MapSpan[] legend = [.. spans.DistinctBy(span => (span.Layer, span.Content)).OrderBy(span => span.Layer)];
        int height = Top + map.Rows.Length * RowHeight + 30 + legend.Length * RowHeight;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Left + BarWidth + 30}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"10\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        Text(svg, 10, 18, string.Create(CultureInfo.InvariantCulture, $"{map.Memory} memory, {map.Capacity:N0} {map.Unit} in each row"));
        for (int i = 0; i < map.Rows.Length; i++) Row(svg, map, map.Rows[i], longest, Top + i * RowHeight);
        double end = X(map.Capacity, longest);
        svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{end:0.##}\" y1=\"{Top - 8}\" x2=\"{end:0.##}\" y2=\"{Top + map.Rows.Length * RowHeight + 4}\" stroke=\"red\"/>\n");
        int y = Top + map.Rows.Length * RowHeight + 24;
        foreach (MapSpan span in legend)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"10\" y=\"{y - 9}\" width=\"18\" height=\"10\" fill=\"{Colour(span.Layer)}\"/>\n");
            Text(svg, 34, y, MapText.Title(span));
            y += RowHeight;
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Row(StringBuilder svg, MapOfMemory map, MapRow row, int longest, int y)
    {
        Text(svg, 10, y + 10, row.Name);
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{y}\" width=\"{X(map.Capacity, longest) - Left:0.##}\" height=\"{RowHeight - 3}\" fill=\"#eeeeee\"/>\n");
        foreach (MapSpan span in row.Spans)
        {
            double x = X(span.Start, longest), width = Math.Max(0.5, X(span.End, longest) - x);
            string edge = span.End > map.Capacity ? "red" : "black";
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:0.##}\" y=\"{y}\" width=\"{width:0.##}\" height=\"{RowHeight - 3}\" fill=\"{Colour(span.Layer)}\" fill-opacity=\"0.7\" stroke=\"{edge}\" stroke-width=\"0.3\">");
            svg.Append(CultureInfo.InvariantCulture, $"<title>{Escaped(MapText.Title(span))}, {span.Start} to {span.End - 1}</title></rect>\n");
        }
    }

    private static double X(int position, int longest) => Left + (double)position * BarWidth / longest;

    internal static void Text(StringBuilder svg, int x, int y, string text) => svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x}\" y=\"{y}\">{Escaped(text)}</text>\n");

    /// <summary>Neighbouring layers get colours far apart on the circle of hues.</summary>
    internal static string Colour(int layer) => layer < 0 ? "#999999" : string.Create(CultureInfo.InvariantCulture, $"hsl({layer * 137 % 360},65%,55%)");

    internal static string Escaped(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal);
}

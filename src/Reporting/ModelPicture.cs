// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Security;
using System.Text;

namespace Ai8x.Reporting;

/// <summary>A box of a <see cref="ModelPicture"/>.</summary>
/// <param name="Title">First line, for example the layer's name.</param>
/// <param name="Lines">Further lines, for example class, output shape and number of parameters.</param>
/// <param name="Inputs">Boxes that it reads, each with a lower index; empty for an input of the network.</param>
public sealed record PictureBox(string Title, ImmutableArray<string> Lines, ImmutableArray<int> Inputs);

/// <summary>
/// Draws a network as SVG: a box for each layer, one below the other, branches side by side, and an arrow for each connection. The same boxes always give the
/// same bytes.
/// </summary>
public static class ModelPicture
{
    private const int LineHeight = 18, Padding = 10, RowGap = 34, ColumnGap = 30, Margin = 20;
    private const double CharacterWidth = 7.6;

    /// <summary>Draws.</summary>
    /// <param name="title">Title above the boxes.</param>
    /// <param name="boxes">The boxes in an order in which every box comes after those it reads.</param>
    /// <returns>A complete SVG document; lines end with a line feed.</returns>
    /// <exception cref="ArgumentException">A box reads itself, a later one, or one that does not exist.</exception>
    public static string Draw(string title, ImmutableArray<PictureBox> boxes)
    {
        ArgumentNullException.ThrowIfNull(title);
        (int X, int Y, int Row, int Column)[] places = Place(boxes);
        int width = Width(boxes), rows = places.Length == 0 ? 0 : places.Max(place => place.Row) + 1;
        int[] heights = [.. Enumerable.Range(0, rows).Select(row => places.Zip(boxes).Where(pair => pair.First.Row == row).Max(pair => Height(pair.Second)))];
        for (int i = 0; i < places.Length; i++)
        {
            places[i].X = Margin + places[i].Column * (width + ColumnGap);
            places[i].Y = Margin + 2 * LineHeight + heights.Take(places[i].Row).Sum(height => height + RowGap);
        }

        int columns = places.Length == 0 ? 1 : places.Max(place => place.Column) + 1;
        int totalWidth = Math.Max(2 * Margin + columns * (width + ColumnGap) - ColumnGap, 2 * Margin + (int)(title.Length * CharacterWidth * 1.2));
        int totalHeight = 2 * Margin + 2 * LineHeight + heights.Sum(height => height + RowGap);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{totalWidth}\" height=\"{totalHeight}\" viewBox=\"0 0 {totalWidth} {totalHeight}\" font-family=\"monospace\" font-size=\"12\">\n");
        svg.Append("<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path d=\"M0,0 L8,4 L0,8 z\" fill=\"#445\"/></marker></defs>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"{totalWidth}\" height=\"{totalHeight}\" fill=\"white\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin}\" y=\"{Margin + LineHeight - 4}\" font-size=\"14\" font-weight=\"bold\">{Escape(title)}</text>\n");
        for (int i = 0; i < boxes.Length; i++)
        {
            foreach (int input in boxes[i].Inputs) Arrow(svg, (places[input].X, places[input].Y + Height(boxes[input]), places[input].Row), (places[i].X, places[i].Y, places[i].Row), width);
        }

        for (int i = 0; i < boxes.Length; i++) Box(svg, boxes[i], places[i].X, places[i].Y, width);
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>A box stands one row below the lowest that it reads, in the column of its first input unless another box has taken it.</summary>
    private static (int X, int Y, int Row, int Column)[] Place(ImmutableArray<PictureBox> boxes)
    {
        var places = new (int X, int Y, int Row, int Column)[boxes.Length];
        var taken = new HashSet<(int Row, int Column)>();
        for (int i = 0; i < boxes.Length; i++)
        {
            foreach (int input in boxes[i].Inputs)
            {
                if ((uint)input >= (uint)i) throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Box {i} reads box {input}; a box reads boxes before it."), nameof(boxes));
            }

            int row = boxes[i].Inputs.Length == 0 ? 0 : boxes[i].Inputs.Max(input => places[input].Row) + 1;
            int column = boxes[i].Inputs.Length == 0 ? 0 : boxes[i].Inputs.Min(input => places[input].Column);
            while (!taken.Add((row, column))) column++;
            places[i] = (0, 0, row, column);
        }

        return places;
    }

    private static int Width(ImmutableArray<PictureBox> boxes) =>
        boxes.IsEmpty ? 0 : (int)Math.Ceiling(boxes.Max(box => box.Lines.Append(box.Title).Max(line => line.Length)) * CharacterWidth) + 2 * Padding;

    private static int Height(PictureBox box) => (1 + box.Lines.Length) * LineHeight + 2 * Padding - 4;

    private static void Box(StringBuilder svg, PictureBox box, int x, int y, int width)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{Height(box)}\" rx=\"5\" fill=\"#eef3fb\" stroke=\"#445\"/>\n");
        int baseline = y + Padding + 10;
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + Padding}\" y=\"{baseline}\" font-weight=\"bold\">{Escape(box.Title)}</text>\n");
        foreach (string line in box.Lines)
        {
            baseline += LineHeight;
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + Padding}\" y=\"{baseline}\">{Escape(line)}</text>\n");
        }
    }

    /// <summary>A straight arrow to the next row; a longer one passes on the right of the boxes between.</summary>
    private static void Arrow(StringBuilder svg, (int X, int Y, int Row) from, (int X, int Y, int Row) to, int width)
    {
        int startX = from.X + width / 2, endX = to.X + width / 2;
        string path = to.Row == from.Row + 1
            ? string.Create(CultureInfo.InvariantCulture, $"M{startX},{from.Y} L{endX},{to.Y}")
            : string.Create(CultureInfo.InvariantCulture, $"M{startX},{from.Y} L{from.X + width + ColumnGap / 2},{from.Y + RowGap / 2} L{from.X + width + ColumnGap / 2},{to.Y - RowGap / 2} L{endX},{to.Y}");
        svg.Append("<path d=\"").Append(path).Append("\" fill=\"none\" stroke=\"#445\" marker-end=\"url(#tip)\"/>\n");
    }

    private static string Escape(string text) => SecurityElement.Escape(string.Concat(text.Where(character => character >= ' ')));
}

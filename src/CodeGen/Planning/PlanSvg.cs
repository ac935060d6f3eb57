// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using Ai8x.CodeGen.Maps;
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Limits;
using Ai8x.Device.Registers;

namespace Ai8x.CodeGen.Planning;

/// <summary>The memory of a plan over time as a drawing (SVG 1.1): from left to right the layers in their order, one strip for each data memory instance with the data
/// that lives in it, and below it the processors with the kernel words that each layer uses.</summary>
public static class PlanSvg
{
    private const int Left = 110;
    private const int Top = 62;
    private const int Column = 44;
    private const int Strip = 40;
    private const int Gap = 6;
    private const int ProcessorHeight = 4;

    /// <summary>Draws a plan.</summary>
    /// <param name="plan">A plan.</param>
    /// <returns>The document; lines end in a line feed.</returns>
    public static string Of(NetworkPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        PlanTimeline timeline = PlanTimeline.Of(plan);
        int columns = plan.Layers.Length + 1, width = Left + columns * Column + 30, kernels = Top + timeline.Rows.Length * (Strip + Gap) + 40, height = kernels + MemoryMap.Processors * ProcessorHeight + 30;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Math.Max(width, 640)}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"10\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        MapSvg.Text(svg, 10, 18, string.Create(CultureInfo.InvariantCulture, $"Data memory over time: {DeviceLimits.DataInstanceBytes:N0} bytes in each instance, byte 0 at the bottom; {plan.Cycles:N0} cycles"));
        string streaming = plan.StreamingLayers == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" Layers 0 to {plan.StreamingLayers - 1} stream at the same time, through rings.");
        MapSvg.Text(svg, 10, 34, $"A column is a layer; the first one is the network input. Colours: the layer that writes, grey for the input.{streaming}");
        for (int column = 0; column < columns; column++) MapSvg.Text(svg, Left + column * Column + 4, Top - 8, column == 0 ? "input" : string.Create(CultureInfo.InvariantCulture, $"{column - 1}"));
        for (int i = 0; i < timeline.Rows.Length; i++) Instance(svg, timeline, timeline.Rows[i], Top + i * (Strip + Gap), columns);
        MapSvg.Text(svg, 10, kernels - 12, "Processors, 0 at the top, and the kernel words that a layer uses on each");
        Kernels(svg, plan, kernels, columns);
        return svg.Append("</svg>\n").ToString();
    }

    private static void Instance(StringBuilder svg, PlanTimeline timeline, MapRow row, int top, int columns)
    {
        MapSvg.Text(svg, 10, top + Strip / 2 + 4, row.Name);
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{top}\" width=\"{columns * Column}\" height=\"{Strip}\" fill=\"#eeeeee\"/>\n");
        foreach (MapSpan span in row.Spans)
        {
            // Data is there while it is written, and to the end of the layer that reads it last.
            int first = timeline.Start(span) + 1, last = Math.Min(timeline.End(span), columns - 2) + 1;
            double height = Math.Max(0.5, (double)span.Length * Strip / DeviceLimits.DataInstanceBytes), y = top + Strip - (double)span.End * Strip / DeviceLimits.DataInstanceBytes;
            string title = string.Create(CultureInfo.InvariantCulture, $"{MapText.Title(span)}, bytes 0x{span.Start:x4} to 0x{span.End - 1:x4}");
            Box(svg, Left + first * Column, y, (last - first + 1) * Column, height, span.Layer, title);
        }
    }

    private static void Kernels(StringBuilder svg, NetworkPlan plan, int top, int columns)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{top}\" width=\"{columns * Column}\" height=\"{MemoryMap.Processors * ProcessorHeight}\" fill=\"#eeeeee\"/>\n");
        foreach (LayerPlacement layer in Placer.Attempt(plan.Network, plan.Synthesis).Layers)
        {
            int index = layer.Layer.Index;
            string what = layer.Hardware.IsConvolution
                ? string.Create(CultureInfo.InvariantCulture, $"kernel words {layer.KernelStart} to {layer.KernelStart + layer.KernelWords - 1} of {MemoryMap.KernelWords}")
                : "no kernels";
            string title = string.Create(CultureInfo.InvariantCulture, $"layer {index} \"{layer.Layer.Name}\": {what}");
            foreach (int processor in layer.EnabledMap.Processors()) Box(svg, Left + (index + 1) * Column, top + processor * ProcessorHeight, Column, ProcessorHeight, index, title);
        }
    }

    private static void Box(StringBuilder svg, double x, double y, double width, double height, int layer, string title)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{width:0.##}\" height=\"{height:0.##}\" fill=\"{MapSvg.Colour(layer)}\" fill-opacity=\"0.7\" stroke=\"black\" stroke-width=\"0.3\">");
        svg.Append(CultureInfo.InvariantCulture, $"<title>{MapSvg.Escaped(title)}</title></rect>\n");
    }
}

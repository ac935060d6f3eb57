// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using Ai8x.CodeGen.Placement;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>A plan as text of fixed width, ASCII only.</summary>
public static class PlanText
{
    private const int Widest = 24;

    private static readonly string[] Head = ["layer", "name", "in", "out", "processors", "passes", "ring", "data before", "data after", "kernels", "cycles", "share", "use", "bound by"];

    /// <summary>A table with one row for each layer: shapes, processors that read, passes, words of the ring where it streams, bytes of live data before and after it, kernel words of each processor,
    /// cycles with their share, use of the multipliers, and what takes the time. The slowest layer is marked.</summary>
    /// <param name="plan">A plan.</param>
    /// <returns>Lines that end in a line feed.</returns>
    public static string Explain(NetworkPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        PlanTimeline timeline = PlanTimeline.Of(plan);
        long most = plan.Layers.Max(layer => layer.Cycles);
        List<string[]> rows = [Head, .. plan.Layers.Select(layer => Row(plan, layer, timeline, layer.Cycles == most))];
        int[] widths = [.. Enumerable.Range(0, Head.Length).Select(column => rows.Max(row => row[column].Length))];
        StringBuilder text = new();
        foreach (string[] row in rows)
        {
            string line = string.Join("  ", row.Select((cell, column) => column is 1 or 13 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])));
            text.Append(line.TrimEnd()).Append('\n');
        }

        text.Append('\n').Append(CultureInfo.InvariantCulture, $"{plan.Cycles:N0} cycles with the start; ");
        text.Append(plan.IsOptimal
            ? "no placement on neighbouring processors takes fewer.\n"
            : string.Create(CultureInfo.InvariantCulture, $"no placement on neighbouring processors takes fewer than {plan.LeastCycles:N0}.\n"));
        text.Append(CultureInfo.InvariantCulture, $"Data memory is used up to byte {plan.PeakBytes:N0} of 32,768 in each instance.\n");
        if (plan.StreamingLayers > 0) text.Append(PlanYaml.Feeding(plan)).Append('\n');
        foreach (string change in plan.Changes) text.Append(change).Append('\n');
        return text.ToString();
    }

    private static string[] Row(NetworkPlan plan, PlannedLayer planned, PlanTimeline timeline, bool slowest)
    {
        QuantizedLayer layer = plan.Network.Layers[planned.Index];
        return
        [
            Text($"{planned.Index}"),
            Ascii(planned.Name),
            layer.Operands > 1 ? Text($"{layer.Operands} of {layer.Input}") : layer.Input.ToString(),
            layer.Output.ToString(),
            Processors(planned),
            Text($"{planned.Passes}"),
            planned.RingWords == 0 ? "-" : Text($"{planned.RingWords:N0}"),
            Text($"{timeline.Before(planned.Index):N0}"),
            Text($"{timeline.After(planned.Index):N0}"),
            Text($"{planned.KernelWords}"),
            Text($"{planned.Cycles:N0}"),
            Text($"{100.0 * planned.Cycles / plan.Cycles:0.0} %"),
            Text($"{100 * planned.Utilisation:0.0} %"),
            Bound(layer, planned) + (slowest ? "  <- slowest" : ""),
        ];
    }

    private static string Processors(PlannedLayer layer) => layer.Processors.Last - layer.Processors.First + 1 == layer.Processors.Count
        ? Text($"{layer.Processors.First}..{layer.Processors.Last}")
        : Text($"{layer.Processors.Count} in {layer.Processors.First}..{layer.Processors.Last}");

    /// <summary>A pixel's output channels come one after another, a cycle each and pass (latency.md section 4); the other cycles read data and padding.</summary>
    private static string Bound(QuantizedLayer layer, PlannedLayer planned)
    {
        HardwareLayer hardware = HardwareSubstitution.Of(layer);
        if (!hardware.IsConvolution) return "reading and passing on";
        long pixels = layer.Flatten ? layer.Pooled.Pixels : hardware.OutputPixels;
        return 2 * pixels * planned.Passes * layer.Output.Channels >= planned.Cycles ? "output channels" : layer.Pooling is null ? "reading pixels" : "reading and pooling";
    }

    private static string Ascii(string name)
    {
        StringBuilder text = new();
        foreach (char c in name.Length <= Widest ? name : name[..(Widest - 2)] + "..") text.Append(c is >= ' ' and <= '~' ? c : '?');
        return text.ToString();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

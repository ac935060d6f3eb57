// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.CodeGen.Yaml;

namespace Ai8x.CodeGen.Planning;

/// <summary>A plan as an ordinary description file: the reason of each choice stands beside it as a comment, and the file can be edited and read again.</summary>
public static class PlanYaml
{
    /// <summary>Writes the description with its reasons.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>YAML text with line feeds; reading it gives the plan's description.</returns>
    public static string Write(NetworkPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        List<string> heading =
        [
            plan.IsOptimal
                ? Text($"Planned: {plan.Cycles:N0} cycles, which no other placement on neighbouring processors undercuts.")
                : Text($"Planned: {plan.Cycles:N0} cycles; {plan.LeastCycles:N0} is a bound that no placement undercuts."),
            Text($"Data memory is used up to byte {plan.PeakBytes:N0} of 32,768 in each instance."),
            .. plan.StreamingLayers > 0 ? [Feeding(plan)] : Array.Empty<string>(),
            .. plan.Changes,
        ];
        return new NetworkYamlWriter().Write(plan.Description, heading, [.. plan.Layers.Select(layer => layer.Reasons.Add(Text($"{layer.Cycles:N0} cycles.")))]);
    }

    /// <summary>The option that belongs to a description whose first layer streams; the description itself cannot say it.</summary>
    /// <param name="plan">A plan with streaming layers.</param>
    /// <returns>A sentence.</returns>
    public static string Feeding(NetworkPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        string option = plan.Synthesis.Input switch
        {
            InputPath.FastFifo => "--riscv --fast-fifo",
            InputPath.FastFifoQuad => "--riscv --fast-fifo-quad",
            _ => "--fifo",
        };
        return Text($"The first {(plan.StreamingLayers == 1 ? "layer streams" : Text($"{plan.StreamingLayers} layers stream"))}: synthesize this description with {option}.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

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
            .. plan.Changes,
        ];
        return new NetworkYamlWriter().Write(plan.Description, heading, [.. plan.Layers.Select(layer => layer.Reasons.Add(Text($"{layer.Cycles:N0} cycles.")))]);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

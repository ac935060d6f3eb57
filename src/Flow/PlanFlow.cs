// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.CodeGen;
using Ai8x.CodeGen.Planning;
using Ai8x.Networks;
using Ai8x.Onnx;
using Ai8x.Quant;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>The command <c>plan</c>: a model in, a complete description out.</summary>
public static class PlanFlow
{
    /// <summary>Plans and writes the description.</summary>
    /// <param name="options">What to plan.</param>
    /// <param name="observer">Receives report lines.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <returns>The plan, and what was changed when the model was read.</returns>
    /// <exception cref="FlowException">The options contradict each other, or the model does not fit the accelerator; then the message says what would make it fit.</exception>
    /// <exception cref="Device.Limits.LimitException">The layers of the description do not fit the accelerator.</exception>
    public static PlanResult Run(PlanCommandOptions options, FlowObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(observer);
        InputFile.Require("--onnx-file", options.OnnxFile);
        if (options.ConfigFile is not null) InputFile.Require("--config-file", options.ConfigFile);
        OutputFile.Require("--output", options.Output);
        if (options.Drawing is not null) OutputFile.Require("--svg", options.Drawing);
        if (options.Dataset is { } dataset) RequireName(dataset);
        PlanOptions choices = PlannedDescription.Options(options.Quantization, options.Dataset) with { Objective = options.Objective, WeightBits = options.WeightBits, Fifos = options.Riscv ? PlanOptions.RiscvFifos : PlanOptions.Default.Fifos };
        PlanResult result = options.ConfigFile is { } config ? Again(options, config, choices, observer, cancellation) : New(options, choices, observer, cancellation);
        NetworkPlan plan = result.Plan;
        AtomicFile.WriteText(options.Output, PlanYaml.Write(plan));
        if (options.Drawing is string drawing) AtomicFile.WriteText(drawing, PlanSvg.Of(plan));
        if (options.Report) Reasons(plan, observer);
        if (options.Explain) foreach (string line in PlanText.Explain(plan).TrimEnd('\n').Split('\n')) observer.Line(line);
        else Layers(plan, observer);
        PlannedDescription.Show(plan, observer);
        observer.Line($"Wrote {Text.Shown(options.Output)}");
        if (options.Drawing is not null) observer.Line($"Wrote {Text.Shown(options.Drawing)}");
        return result;
    }

    /// <summary>Requires what a description can hold: one line of visible characters.</summary>
    private static void RequireName(string dataset)
    {
        const int Longest = 128;
        bool visible = dataset.All(c => c is >= ' ' and <= '~' || char.IsLetter(c));
        if (visible && dataset.Length is > 0 and <= Longest && dataset.Trim().Length == dataset.Length) return;
        string shown = string.Concat(dataset.Take(40).Select(c => char.IsControl(c) ? '?' : c));
        throw new FlowException(string.Create(CultureInfo.InvariantCulture, $"--dataset '{shown}': a name in a description is one line of 1 to {Longest} printable characters without blanks at its ends."));
    }

    private static void Layers(NetworkPlan plan, FlowObserver observer)
    {
        foreach (PlannedLayer layer in plan.Layers)
        {
            observer.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{layer.Index,4}  {layer.Name,-20} {layer.Processors}  0x{layer.InputOffset:x4} -> 0x{layer.OutputOffset:x4}  {layer.Cycles,10:N0} cycles"));
        }
    }

    private static PlanResult New(PlanCommandOptions options, PlanOptions choices, FlowObserver observer, CancellationToken cancellation)
    {
        NetworkGraph graph = OnnxImporter.Import(options.OnnxFile);
        RewriteReport.Show(graph, observer);
        return new(PlannedDescription.Plan(graph, choices, cancellation), graph.Rewrites);
    }

    private static PlanResult Again(PlanCommandOptions options, string config, PlanOptions choices, FlowObserver observer, CancellationToken cancellation)
    {
        if (options.WeightBits != 8) throw new FlowException("--weight-bits: with --config-file the widths are those of the description (quantization). Leave one of the two out.");
        NetworkDescription description = NetworkYaml.ReadFile(config);
        NetworkGraph graph = OnnxImporter.Import(options.OnnxFile, description);
        RewriteReport.Show(graph, observer);
        return new(Planner.Plan(description, planned => Quantizer.Quantize(graph, planned, choices.Quantization), choices, cancellation), graph.Rewrites);
    }

    private static void Reasons(NetworkPlan plan, FlowObserver observer)
    {
        foreach (PlannedLayer layer in plan.Layers)
        {
            observer.Line(string.Create(CultureInfo.InvariantCulture, $"layer {layer.Index} \"{layer.Name}\":"));
            foreach (string reason in layer.Reasons) observer.Line($"  {reason}");
        }
    }
}

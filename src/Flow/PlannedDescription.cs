// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.CodeGen;
using Ai8x.CodeGen.Planning;
using Ai8x.CodeGen.Planning.Suggestions;
using Ai8x.Device.Limits;
using Ai8x.Networks;
using Ai8x.Onnx;

namespace Ai8x.Flow;

/// <summary>The description that a command makes by itself where the user gives none.</summary>
internal static class PlannedDescription
{
    /// <summary>Name of the file that shows it beside what was made from it.</summary>
    public const string FileName = "network.yaml";

    /// <summary>Reads the model and plans it.</summary>
    /// <exception cref="FlowException">The model is a folder of integer arrays, which do not say what its layers are; or the network does not fit the accelerator.</exception>
    public static (NetworkGraph Graph, NetworkPlan Plan) For(string command, string checkpoint, QuantizationChoices quantization, SynthesisOptions? program)
    {
        if (Directory.Exists(checkpoint))
        {
            throw new FlowException($"{command} needs --config-file where '{Text.Shown(checkpoint)}' is a folder of integer arrays: they do not say what their layers are. An ONNX model does, and is planned without.");
        }

        NetworkGraph graph = OnnxImporter.Import(checkpoint);
        return (graph, Plan(graph, Options(quantization, null) with { Fifos = Fifos(program ?? SynthesisOptions.Default) }, CancellationToken.None));
    }

    /// <summary>Plans a model; where that is impossible, the message also says what would make it fit.</summary>
    /// <exception cref="FlowException">The network does not fit the accelerator.</exception>
    public static NetworkPlan Plan(NetworkGraph graph, PlanOptions options, CancellationToken cancellation)
    {
        try
        {
            return Planner.Plan(graph, options, cancellation);
        }
        catch (LimitException)
        {
            if (PlanAdvice.Of(graph, options, cancellation) is not { } advice) throw;
            throw new FlowException(string.Join(Environment.NewLine, advice.Lines()));
        }
    }

    /// <summary>The user's choices in the words of the planner.</summary>
    public static PlanOptions Options(QuantizationChoices quantization, string? dataset) => new() { Quantization = quantization.ToOptions(), Dataset = dataset ?? "unknown" };

    /// <summary>The FIFO that the user chose, or all that the core which runs the program reaches.</summary>
    public static ImmutableArray<InputPath> Fifos(SynthesisOptions program) =>
        program.UsesFifo ? [program.Input] : program.Riscv ? PlanOptions.RiscvFifos : PlanOptions.Default.Fifos;

    /// <summary>Says what was planned.</summary>
    public static void Show(NetworkPlan? plan, FlowObserver observer)
    {
        if (plan is null) return;
        foreach (string change in plan.Changes) observer.Line($"planned: {change}");
        if (plan.StreamingLayers > 0) observer.Line($"planned: {PlanYaml.Feeding(plan)}");
        observer.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"planned: {plan.Layers.Length} layers, {plan.Cycles:N0} cycles{(plan.IsOptimal ? "" : $" ({plan.LeastCycles:N0} is a lower bound)")}, data memory up to byte {plan.PeakBytes:N0} of 32,768"));
    }
}

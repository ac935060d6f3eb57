// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Limits;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning.Suggestions;

/// <summary>Why a network cannot be planned, and what would help.</summary>
/// <param name="Problem">The layer, the memory and the amounts: proven by a bound, or where the search for a place failed, what it was short of.</param>
/// <param name="IsProven">Whether the amounts prove that no placement exists.</param>
/// <param name="Refusal">The rules that the planner found broken; empty where a bound speaks before planning. Where streaming could have helped, one of them says why it does not.</param>
/// <param name="WaysOut">The cheapest changes with which the network was planned; none where no change of those that were tried helps.</param>
public sealed record PlanAdvice(FitProblem Problem, bool IsProven, ImmutableArray<LimitViolation> Refusal, ImmutableArray<WayOut> WaysOut)
{
    /// <summary>Looks for a plan and, where there is none, for ways out.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="options">How plans are made, or null for the defaults.</param>
    /// <param name="cancellation">Stops between attempts.</param>
    /// <returns>The advice, or null where the network can be planned as it is.</returns>
    /// <exception cref="QuantizationException">A weight is not a number.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public static PlanAdvice? Of(NetworkGraph graph, PlanOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        options ??= PlanOptions.Default;
        FitCandidate start = FitCandidate.Of(graph) with { WeightBits = [.. graph.Layers.Select(_ => options.WeightBits)] };
        ImmutableArray<FitProblem> problems = FitBounds.Problems(start);
        ImmutableArray<LimitViolation> refusal = [];
        if (problems.IsEmpty && Plans(start, options, out refusal, cancellation)) return null;
        FitProblem problem = problems.IsEmpty ? Tightest(start, refusal) : problems[0];
        return new PlanAdvice(problem, !problems.IsEmpty, refusal, FitAdvisor.WaysOut(start, problem, way => Plans(way, options, out _, cancellation), cancellation: cancellation));
    }

    /// <summary>Plans a candidate with its weight bits.</summary>
    /// <param name="candidate">The network.</param>
    /// <param name="options">How plans are made.</param>
    /// <param name="cancellation">Stops between choices.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="LimitException">No placement was found.</exception>
    public static NetworkPlan Plan(FitCandidate candidate, PlanOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(options);
        NetworkDescription structure = GraphStructure.Of(candidate.Graph, options);
        structure = structure with
        {
            Layers = [.. structure.Layers.Select((layer, i) => layer.Operator == LayerOperator.None ? layer : layer with { WeightBits = candidate.WeightBits[i] })],
        };
        return Planner.Plan(structure, description => Quantizer.Quantize(candidate.Graph, description, options.Quantization), options, cancellation);
    }

    /// <summary>The problem and the ways out, a line each.</summary>
    /// <returns>At least one line.</returns>
    public IEnumerable<string> Lines()
    {
        if (IsProven) yield return Problem.ToString();
        else foreach (LimitViolation violation in Refusal) yield return violation.Message;
        if (WaysOut.IsEmpty) yield return "No single change of bits, channels, layers, padding, pooling, folding or biases that was tried makes it fit; the network must become smaller in several ways.";
        for (int i = 0; i < WaysOut.Length; i++) yield return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"way out {i + 1}: {WaysOut[i].Text}");
    }

    private static bool Plans(FitCandidate candidate, PlanOptions options, out ImmutableArray<LimitViolation> refusal, CancellationToken cancellation)
    {
        refusal = [];
        try
        {
            Plan(candidate, options, cancellation);
            return true;
        }
        catch (LimitException error)
        {
            refusal = error.Violations;
            return false;
        }
    }

    /// <summary>What is fullest, of the kind of memory that the planner found too small.</summary>
    private static FitProblem Tightest(FitCandidate network, ImmutableArray<LimitViolation> refusal)
    {
        LayerNeeds[] needs = [.. network.Graph.Layers.Select((layer, i) => new LayerNeeds(layer, network.WeightBits[i]))];
        LimitRule rule = refusal[0].Rule;
        if (rule == DeviceLimits.Layers)
        {
            int count = Math.Max(needs.Length, DeviceLimits.MaximumLayers) + 1;
            return new FitProblem(needs.Length - 1, needs[^1].Layer.Name, ChipResource.Layers, count, DeviceLimits.MaximumLayers, "Copies of operands are layers too.");
        }

        (ChipResource resource, Func<LayerNeeds, long> amount, long room) = rule == DeviceLimits.KernelMemory
            ? (ChipResource.KernelMemory, new Func<LayerNeeds, long>(layer => layer.KernelArea), (long)DeviceLimits.KernelWords * DeviceLimits.Processors)
            : rule == DeviceLimits.BiasMemory
                ? (ChipResource.BiasMemory, layer => layer.BiasBytes, (long)DeviceLimits.BiasBytes)
                : (ChipResource.DataMemory, layer => layer.InputBytes + layer.OutputBytes, DeviceLimits.DataInstanceBytes);
        int most = Enumerable.Range(0, needs.Length).MaxBy(i => amount(needs[i]));
        return new FitProblem(most, needs[most].Layer.Name, resource, resource == ChipResource.KernelMemory ? needs.Sum(amount) : amount(needs[most]), room, "It takes most of what the search for places was short of.");
    }
}

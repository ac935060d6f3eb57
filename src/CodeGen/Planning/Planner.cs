// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Limits;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>
/// Makes the network description by itself: processors, offsets, data format, gaps and passes of every layer. The planner proposes, the rules of the generator
/// (<see cref="Placer"/>) judge; nothing is returned that they refuse. Method, bounds and proofs: <c>docs/planner.md</c>.
/// </summary>
public static class Planner
{
    private const int Judged = 12;

    /// <summary>Plans a float model.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="options">What to make small, or null for the defaults.</param>
    /// <param name="cancellation">Stops between choices.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="LimitException">The network breaks a rule of the device, or no placement was found; each violation says which layer and memory, and by how much.</exception>
    /// <exception cref="QuantizationException">A weight is not a number.</exception>
    public static NetworkPlan Plan(NetworkGraph graph, PlanOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        options ??= PlanOptions.Default;
        return Plan(GraphStructure.Of(graph, options), description => Quantizer.Quantize(graph, description, options.Quantization), options, cancellation);
    }

    /// <summary>Plans what a description says about the layers; its own choices of placement (processors, offsets, write gap, bias group, data format, streaming) do not count.</summary>
    /// <param name="description">Layers and their connections.</param>
    /// <param name="quantize">Gives the network of a description; called again where layers are added.</param>
    /// <param name="options">What to make small, or null for the defaults.</param>
    /// <param name="cancellation">Stops between choices.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="LimitException">The network breaks a rule of the device, or no placement was found.</exception>
    public static NetworkPlan Plan(NetworkDescription description, Func<NetworkDescription, QuantizedNetwork> quantize, PlanOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(quantize);
        options ??= PlanOptions.Default;
        List<string> changes = [];
        QuantizedNetwork network = quantize(GraphStructure.Without(description));
        NetworkDescription copied = OperandCopies.Insert(network.Description, network.Layers, changes);
        if (copied != network.Description) network = quantize(copied);
        return Search(network, options, changes, cancellation);
    }

    private static NetworkPlan Search(QuantizedNetwork network, PlanOptions options, List<string> changes, CancellationToken cancellation)
    {
        ImmutableArray<LimitViolation>? refusal = null;
        NetworkPlan? best = null;
        int judged = 0;
        foreach ((ImmutableArray<DataBlock> blocks, ImmutableArray<LayerNeed> needs) in Arrangements(network))
        {
            var choice = new ProcessorChoice(blocks, needs);
            foreach (int[] starts in choice.All(options.Objective))
            {
                cancellation.ThrowIfCancellationRequested();
                if (judged >= Judged) break;
                (int[]? offsets, _) = OffsetSearch.Run(blocks, starts, options.SearchSteps);
                if (offsets is null) continue;
                judged++;
                QuantizedNetwork placed = network with { Description = PlanDescription.Of(network, blocks, starts, offsets) };
                PlacementAttempt attempt = Placer.Attempt(placed);
                if (!attempt.Violations.IsEmpty)
                {
                    refusal ??= attempt.Violations;
                    continue;
                }

                NetworkPlan plan = PlanReport.Of(placed, Placer.Place(placed), blocks, starts, offsets, needs, changes);
                if (best is null || PlanReport.IsBetter(plan, best, options.Objective)) best = plan;
                if (options.Objective == PlanObjective.Latency && best.IsOptimal) return best;
            }
        }

        return best ?? throw new LimitException(refusal ?? PlanRefusal.Of(network, Arrangements(network).Select(arrangement => arrangement.Blocks).FirstOrDefault([])));
    }

    /// <summary>Forms of the data: the network input in the order that takes fewer bus writes first; joined channels apart from each other first.</summary>
    private static IEnumerable<(ImmutableArray<DataBlock> Blocks, ImmutableArray<LayerNeed> Needs)> Arrangements(QuantizedNetwork network)
    {
        FeatureShape input = network.Layers[0].Input;
        DataFormat[] formats = input.Channels < 4 ? [DataFormat.Chw, DataFormat.Hwc] : [DataFormat.Hwc, DataFormat.Chw];
        foreach (bool packed in new[] { false, true })
        {
            foreach (DataFormat format in formats)
            {
                if (BlockBuilder.Build(network, format, packed) is { } blocks) yield return (blocks, LayerNeed.Of(network, blocks));
            }
        }
    }
}

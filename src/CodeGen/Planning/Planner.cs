// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Limits;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>
/// Makes the network description by itself: processors, offsets, data format, gaps and passes of every layer, and
/// which of the first layers stream where the network has no room in data memory otherwise. The planner proposes, the rules of the generator
/// (<see cref="Placer"/>) judge; nothing is returned that they refuse. Method, bounds and proofs: <c>docs/planner.md</c>.
/// </summary>
public static class Planner
{
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
        StreamingSearch streaming = new(network, quantize, options, changes);
        if (options.StreamingLayers is int count and > 0) return streaming.Exactly(count, cancellation);
        PlanSearch search = PlanSearch.Run(network, options, changes, cancellation);
        if (search.Best is NetworkPlan plan) return plan;
        return options.StreamingLayers is null ? streaming.Fewest(search, cancellation) : throw new LimitException(search.Refusal);
    }
}

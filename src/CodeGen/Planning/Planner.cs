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

    /// <summary>Likely choices first; where they leave something to be found, all choices one after another.</summary>
    private static NetworkPlan Search(QuantizedNetwork network, PlanOptions options, List<string> changes, CancellationToken cancellation)
    {
        var judge = new PlanJudge(network, options, changes);
        (ImmutableArray<DataBlock> Blocks, ImmutableArray<LayerNeed> Needs)[] arrangements = [.. Arrangements(network)];
        int judged = 0;
        foreach ((ImmutableArray<DataBlock> blocks, ImmutableArray<LayerNeed> needs) in arrangements)
        {
            foreach (int[] starts in new ProcessorChoice(blocks, needs).All(options.Objective))
            {
                cancellation.ThrowIfCancellationRequested();
                if (judged >= Judged) break;
                if (judge.Try(blocks, needs, starts)) judged++;
                if (options.Objective == PlanObjective.Latency && judge.Best is { IsOptimal: true }) return judge.Best;
            }
        }

        if (judge.Best is { IsOptimal: true }) return judge.Best;
        foreach ((ImmutableArray<DataBlock> blocks, ImmutableArray<LayerNeed> needs) in arrangements)
        {
            judged = 0;
            foreach (int[] starts in new ExactChoice(blocks, needs, options.SearchSteps / 10).All(() => judge.Best?.Cycles ?? long.MaxValue))
            {
                cancellation.ThrowIfCancellationRequested();
                if (judge.Try(blocks, needs, starts) && ++judged >= Judged) break;
            }
        }

        return judge.Best ?? throw new LimitException(judge.Refusal ?? PlanRefusal.Of(network, arrangements.Select(arrangement => arrangement.Blocks).FirstOrDefault([])));
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

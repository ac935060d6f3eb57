// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Layers;

/// <summary>What was applied behind one input, in order.</summary>
internal sealed class SymbolicGraph
{
    private readonly List<SymbolicTensor> _applied = [];

    /// <summary>Applies a layer and infers the shape of its result.</summary>
    public static SymbolicTensor Apply(Layer layer, ReadOnlySpan<SymbolicTensor> sources)
    {
        if (sources.IsEmpty) throw new ArgumentException("a layer reads at least one tensor", nameof(sources));
        SymbolicGraph graph = sources[0].Graph;
        ImmutableArray<SymbolicTensor> inputs = [.. sources];
        if (inputs.Any(source => source.Graph != graph))
        {
            throw new ModelDefinitionException(
                layer.Where, "All operands of a layer come from one input.", "they come from different ones", "Use one SymbolicTensor.Input for the whole model.");
        }

        var tensor = new SymbolicTensor(graph, layer, inputs, layer.Infer([.. inputs.Select(source => source.Shape)], layer.Where));
        graph._applied.Add(tensor);
        return tensor;
    }

    /// <summary>The results that one depends on and itself, in the order in which they were made; the input is not among them.</summary>
    public ImmutableArray<SymbolicTensor> Reaching(SymbolicTensor output)
    {
        var needed = new HashSet<SymbolicTensor> { output };
        for (int i = _applied.Count - 1; i >= 0; i--)
        {
            if (needed.Contains(_applied[i])) needed.UnionWith(_applied[i].Sources);
        }

        return [.. _applied.Where(needed.Contains)];
    }
}

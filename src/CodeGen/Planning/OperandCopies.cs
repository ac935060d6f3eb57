// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>
/// The operands of a join lie between each other in memory, which no other layer can read (machine.md section 9). Where an operand has other readers
/// too, a layer that only copies gives the join a version of its own.
/// </summary>
internal static class OperandCopies
{
    /// <summary>Puts copies in front of the joins that need them.</summary>
    /// <param name="description">The description.</param>
    /// <param name="layers">Its layers, resolved.</param>
    /// <param name="changes">Receives a sentence for each copy.</param>
    /// <returns>The description; the same one where nothing is needed.</returns>
    public static NetworkDescription Insert(NetworkDescription description, IReadOnlyList<QuantizedLayer> layers, List<string> changes)
    {
        HashSet<(int Layer, int Operand)> copied = [.. Needed(layers)];
        if (copied.Count == 0) return description;
        List<LayerDescription> all = [];
        var place = new int[layers.Count];
        HashSet<string> names = new(description.Layers.Select(layer => layer.Name).OfType<string>(), StringComparer.OrdinalIgnoreCase);
        for (int index = 0; index < layers.Count; index++)
        {
            QuantizedLayer layer = layers[index];
            int[] inputs = [.. layer.Inputs.Select(Placed)];
            for (int operand = 0; operand < inputs.Length; operand++)
            {
                if (!copied.Contains((index, operand))) continue;
                string of = layer.Inputs[operand] < 0 ? "input" : layers[layer.Inputs[operand]].Name;
                all.Add(Copy(inputs[operand], inputs[operand] == all.Count - 1, Name(of, names)));
                inputs[operand] = all.Count - 1;
                changes.Add($"A copy of {(layer.Inputs[operand] < 0 ? "the network input" : $"\"{of}\"")} was put in front of \"{layer.Name}\", whose operands lie between each other, because other layers read it too.");
            }

            place[index] = all.Count;
            LayerDescription own = description.Layers[index];
            all.Add(own with
            {
                InputLayers = inputs is [int only] && only == all.Count - 1 ? [] : [.. inputs],
                WeightSource = own.WeightSource is int source ? place[source] : null,
            });
        }

        return description with { Layers = [.. all] };

        int Placed(int source) => source < 0 ? source : place[source];
    }

    private static IEnumerable<(int Layer, int Operand)> Needed(IReadOnlyList<QuantizedLayer> layers)
    {
        Dictionary<int, JoinKey> arranged = [];
        foreach (QuantizedLayer layer in layers)
        {
            if (JoinKey.Of(layer, layers) is not JoinKey join) continue;
            HashSet<int> seen = [];
            for (int operand = 0; operand < layer.Inputs.Length; operand++)
            {
                int source = layer.Inputs[operand];
                bool free = seen.Add(source) && (source >= 0 || join.SideBySide) && (!arranged.TryGetValue(source, out JoinKey? earlier) || earlier == join)
                    && (!join.Interleaves || layers.All(other => other == layer || !other.Inputs.Contains(source) || JoinKey.Of(other, layers) == join));
                if (free) arranged[source] = join;
                else yield return (layer.Index, operand);
            }
        }
    }

    private static LayerDescription Copy(int source, bool before, string name) => new()
    {
        Name = name,
        Processors = GraphStructure.Open,
        Operator = LayerOperator.None,
        InputLayers = before ? [] : [source],
    };

    private static string Name(string of, HashSet<string> names)
    {
        for (int number = 1; ; number++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{of}_copy{(number == 1 ? "" : number)}");
            if (names.Add(name)) return name;
        }
    }
}

/// <summary>How a layer with several inputs wants them to lie.</summary>
/// <param name="Interleaves">Word by word between each other, in place of side by side or end to end.</param>
/// <param name="EndToEnd">One behind the other, row after row.</param>
/// <param name="Sources">The inputs.</param>
internal sealed record JoinKey(bool Interleaves, bool EndToEnd, string Sources)
{
    /// <summary>The arrangement, or null for a layer with a single input.</summary>
    public static JoinKey? Of(QuantizedLayer layer, IReadOnlyList<QuantizedLayer> layers)
    {
        if (layer.Inputs.Length < 2) return null;
        string sources = string.Join(",", layer.Inputs.Select(source => source.ToString(CultureInfo.InvariantCulture)));
        if (layer.Elementwise is not null) return new(true, false, sources);
        int pixels = (layer.Input.Rows + layer.Crop.Top + layer.Crop.Bottom) * layer.Input.Columns;
        bool endToEnd = layer.Inputs.All(source => source >= 0) && layer.Inputs.Sum(source => layers[source].Output.Pixels) == pixels;
        return new(!endToEnd && LayerShapes.Passes(layer.Input.Channels) > 1, endToEnd, sources);
    }

    /// <summary>Whether channels of several sources lie side by side on different processors.</summary>
    public bool SideBySide => !Interleaves && !EndToEnd;
}

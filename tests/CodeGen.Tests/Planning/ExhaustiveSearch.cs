// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen.Tests.Planning;

/// <summary>
/// The fewest cycles of a small graph over all maps of neighbouring processors that begin at a multiple of four, both orders of the input and all offsets, found by trying
/// them. Written from machine.md and latency.md alone; nothing is shared with the planner or the generator.
/// </summary>
internal sealed class ExhaustiveSearch
{
    private const int InstanceWords = 8192;
    private const int KernelWords = 768;
    private const int MostSteps = 3_000_000;

    private readonly SmallGraph _graph;
    private readonly Group[] _groups;
    private readonly int[] _groupOf;
    private readonly long[] _rest;
    private readonly int[] _start;
    private long _best;
    private int _steps = MostSteps;

    private ExhaustiveSearch(SmallGraph graph, bool chw, long below)
    {
        _graph = graph;
        _best = below;
        _groupOf = new int[graph.Layers.Length + 1];
        List<Group> groups = [];
        for (int tensor = -1; tensor < graph.Layers.Length; tensor++)
        {
            SmallLayer? sum = graph.Layers.FirstOrDefault(layer => layer.Kind == SmallKind.Sum && layer.Inputs.Contains(tensor));
            int last = tensor == graph.Layers.Length - 1 ? graph.Layers.Length : graph.Layers.Select((layer, i) => layer.Inputs.Contains(tensor) ? i : -1).Max();
            if (sum is not null && sum.Inputs[1] == tensor)
            {
                // The second operand lies between the words of the first.
                _groupOf[tensor + 1] = _groupOf[sum.Inputs[0] + 1];
                continue;
            }

            int pixels = graph.SideOf(tensor) * graph.SideOf(tensor), channels = graph.ChannelsOf(tensor);
            bool packed = tensor < 0 && chw;
            _groupOf[tensor + 1] = groups.Count;
            groups.Add(new(packed ? 4 * (channels - 1) + 1 : channels, packed ? 4 : 1, packed ? (pixels + 3) / 4 : pixels * (sum is null ? 1 : 2), tensor, last));
        }

        _groups = [.. groups];
        _start = new int[_groups.Length];
        _rest = new long[_groups.Length + 1];
        for (int g = _groups.Length - 1; g >= 0; g--) _rest[g] = _rest[g + 1] + Starts(g).Select(start => Cost(g, start)).DefaultIfEmpty(0).Min();
    }

    /// <summary>Searches.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="below">Only fewer cycles than these are looked for.</param>
    /// <returns>The fewest cycles, or null where there is nothing below; and whether the search came to its end.</returns>
    public static (long? Cycles, bool Finished) Run(SmallGraph graph, long below)
    {
        bool finished = true;
        long best = below;
        foreach (bool chw in new[] { false, true })
        {
            if (chw && (graph.Channels > 16 || graph.Layers.Skip(1).Any(layer => layer.Inputs.Contains(-1)))) continue;
            var search = new ExhaustiveSearch(graph, chw, best);
            search.Next(0, 1);
            best = search._best;
            finished &= search._steps > 0;
        }

        return (best < below ? best : null, finished);
    }

    private void Next(int group, long cycles)
    {
        if (cycles + _rest[group] >= _best || _steps-- <= 0) return;
        if (group == _groups.Length)
        {
            _best = cycles;
            return;
        }

        foreach (int start in Starts(group))
        {
            _start[group] = start;
            if (FitsQuadrants(group) && FitsKernels(group) && FitsData(group)) Next(group + 1, cycles + Cost(group, start));
        }
    }

    private IEnumerable<int> Starts(int group) => Enumerable.Range(0, 16).Select(i => 4 * i).Where(start => start + _groups[group].Span <= 64);

    /// <summary>Cycles of all layers that read a group.</summary>
    private long Cost(int group, int start) => _graph.Layers.Where(layer => _groupOf[layer.Inputs[0] + 1] == group).Sum(layer => Cycles(layer, group, start));

    /// <summary>The cycles of a layer, pixel by pixel (latency.md section 4).</summary>
    private long Cycles(SmallLayer layer, int group, int start)
    {
        int side = _graph.SideOf(layer.Inputs[0]) / layer.Pool, operands = layer.Inputs.Length, read = layer.Pool * layer.Pool + 1;
        if (layer.Kind != SmallKind.Convolution) return (long)side * side * (operands * read + Turns(group, start));
        long cycles = 0;
        for (int row = 0; row < side + 2; row++)
        {
            for (int column = 0; column < side + 2; column++)
            {
                bool padding = row == 0 || column == 0 || row > side || column > side;
                cycles += padding ? 2 : read;
                cycles += row >= 2 && column >= 2 ? layer.Channels : 1;
            }

            if (row >= 2 && layer.Channels == 1) cycles++;
        }

        return cycles;
    }

    /// <summary>Without operator a quadrant writes four processors at a time.</summary>
    private int Turns(int group, int start) => Enumerable.Range(0, 4).Max(quadrant => (Used(group, start, quadrant) + 3) / 4);

    private int Used(int group, int start, int quadrant)
    {
        int used = 0;
        for (int p = start; p < start + _groups[group].Span; p += _groups[group].Step) if (p / 16 == quadrant) used++;
        return used;
    }

    private bool FitsQuadrants(int group)
    {
        for (int i = 0; i < _graph.Layers.Length; i++)
        {
            if (_graph.Layers[i].Kind == SmallKind.Convolution) continue;
            int input = _groupOf[_graph.Layers[i].Inputs[0] + 1], output = _groupOf[i + 1];
            if (Math.Max(input, output) != group) continue;
            for (int quadrant = 0; quadrant < 4; quadrant++)
            {
                if (Used(input, _start[input], quadrant) != Used(output, _start[output], quadrant)) return false;
            }
        }

        return true;
    }

    /// <summary>Kernels of all layers that read placed groups; a 3x3 kernel of 8 bits is one word of each processor. Any order of the words counts as possible.</summary>
    private bool FitsKernels(int group)
    {
        var words = new int[64];
        foreach (SmallLayer layer in _graph.Layers.Where(layer => layer.Kind == SmallKind.Convolution && _groupOf[layer.Inputs[0] + 1] <= group))
        {
            int g = _groupOf[layer.Inputs[0] + 1];
            for (int p = _start[g]; p < _start[g] + _groups[g].Span; p += _groups[g].Step) words[p] += layer.Channels;
        }

        return words.Max() <= KernelWords;
    }

    private bool FitsData(int last)
    {
        var offsets = new int[last + 1];
        Array.Fill(offsets, -1);
        return Place(offsets, 0);
    }

    /// <summary>Places groups from below: one that can move down without meeting another does not need to be tried higher.</summary>
    private bool Place(int[] offsets, int placed)
    {
        if (placed == offsets.Length) return true;
        int highest = offsets.Max();
        for (int group = 0; group < offsets.Length; group++)
        {
            if (offsets[group] >= 0) continue;
            int[] others = [.. Enumerable.Range(0, offsets.Length).Where(other => offsets[other] >= 0 && Meet(group, other))];
            foreach (int offset in others.Select(other => offsets[other] + _groups[other].Words).Append(0).Where(offset => offset >= highest && offset + _groups[group].Words <= InstanceWords).Distinct())
            {
                if (_steps-- <= 0) return false;
                if (others.Any(other => offset < offsets[other] + _groups[other].Words && offsets[other] < offset + _groups[group].Words)) continue;
                offsets[group] = offset;
                if (Place(offsets, placed + 1)) return true;
                offsets[group] = -1;
            }
        }

        return false;
    }

    private bool Meet(int a, int b)
    {
        Group x = _groups[a], y = _groups[b];
        return x.First <= y.Last && y.First <= x.Last && Instances(a).Intersect(Instances(b)).Any();
    }

    private IEnumerable<int> Instances(int group)
    {
        for (int p = _start[group]; p < _start[group] + _groups[group].Span; p += _groups[group].Step) yield return p / 4;
    }

    /// <summary>Data that lies together.</summary>
    /// <param name="Span">Processors from the first to the last.</param>
    /// <param name="Step">Distance of its processors.</param>
    /// <param name="Words">Words of each instance.</param>
    /// <param name="First">Layer that writes it, -1 for the input.</param>
    /// <param name="Last">Layer that reads it last.</param>
    private sealed record Group(int Span, int Step, int Words, int First, int Last);
}

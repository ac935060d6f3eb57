// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.CodeGen.Maps;

/// <summary>The map of one kind of memory.</summary>
/// <param name="Memory"><c>kernel</c>, <c>data</c> or <c>bias</c>.</param>
/// <param name="Unit">What positions count, in words.</param>
/// <param name="Capacity">Units of each row.</param>
/// <param name="Rows">One row for each processor, data memory instance or quadrant, ascending.</param>
public sealed record MapOfMemory(string Memory, string Unit, int Capacity, ImmutableArray<MapRow> Rows)
{
    /// <summary>Rows with something behind their end.</summary>
    public IEnumerable<MapRow> Overflowing => Rows.Where(row => row.Spans.Any(span => span.End > Capacity));
}

/// <summary>One memory.</summary>
/// <param name="Name">For example <c>processor 12</c>.</param>
/// <param name="Spans">What lies in it, in the order of the layers; feature maps of different layers may share units one after another.</param>
public sealed record MapRow(string Name, ImmutableArray<MapSpan> Spans)
{
    /// <summary>Units that at least one span covers.</summary>
    public int Used
    {
        get
        {
            int used = 0, end = 0;
            foreach (MapSpan span in Spans.OrderBy(span => span.Start))
            {
                used += Math.Max(0, span.End - Math.Max(end, span.Start));
                end = Math.Max(end, span.End);
            }

            return used;
        }
    }
}

/// <summary>What one layer keeps in one memory.</summary>
/// <param name="Layer">Hardware layer, or -1 for the network input and rolling buffers.</param>
/// <param name="Name">Name of the layer or buffer.</param>
/// <param name="Content"><c>kernels</c>, <c>output</c>, <c>network input</c>, <c>data buffer</c> or <c>bias</c>.</param>
/// <param name="Start">First unit.</param>
/// <param name="Length">Units.</param>
public sealed record MapSpan(int Layer, string Name, string Content, int Start, int Length)
{
    /// <summary>First unit behind the span.</summary>
    public int End => Start + Length;
}

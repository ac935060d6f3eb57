// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Projects;

/// <summary>
/// Where each byte of the result buffer comes from. The unload function of a program branches on nothing that it reads, so it is this table.
/// </summary>
public sealed class UnloadMap
{
    /// <summary>Most bytes of a result: all of the data memory.</summary>
    public const int MaximumBytes = 512 * 1024;

    /// <summary>Makes a map.</summary>
    /// <param name="sources">For each byte of the buffer the byte address it comes from, 0 for a byte that is left as it is.</param>
    /// <exception cref="ArgumentException">More than <see cref="MaximumBytes"/> bytes.</exception>
    public UnloadMap(ImmutableArray<uint> sources)
    {
        if (sources.Length > MaximumBytes)
            throw new ArgumentException($"A result buffer has at most {MaximumBytes} bytes, not {sources.Length}.", nameof(sources));
        Sources = sources;
    }

    /// <summary>For each byte of the buffer the byte address it comes from, 0 for a byte that is left as it is.</summary>
    public ImmutableArray<uint> Sources { get; }

    /// <summary>Bytes of the result buffer.</summary>
    public int ByteCount => Sources.Length;

    /// <summary>Fetches the result.</summary>
    /// <param name="accelerator">An accelerator after an inference.</param>
    /// <param name="buffer">At least <see cref="ByteCount"/> bytes; bytes without a source keep their value.</param>
    /// <exception cref="SimulationException">A source is no data word, or (strict) was never written.</exception>
    public void Fetch(Accelerator accelerator, Span<byte> buffer)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        for (int i = 0; i < Sources.Length; i++)
        {
            uint source = Sources[i];
            if (source == 0)
                continue;
            int shift = (int)(source % 4 * 8);
            buffer[i] = (byte)(accelerator.ReadResult(source & ~3u, 0xffu << shift, true) >> shift);
        }
    }
}

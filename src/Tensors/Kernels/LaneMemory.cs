// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>Float memory that starts on a cache line, never moves and is cut into regions by offset.</summary>
internal sealed class LaneMemory
{
    private readonly float[] _array;
    private readonly int _start;

    /// <summary>Allocates zeroed memory for a number of floats.</summary>
    public LaneMemory(long count)
    {
        int padding = LaneLayout.Alignment / sizeof(float);
        if (count > Array.MaxLength - padding) throw new ArgumentException($"a workspace of {count} floats is too large: use a smaller batch or model", nameof(count));
        _array = GC.AllocateArray<float>((int)count + padding, pinned: true);
        nint address = Address(_array);
        _start = (int)((LaneLayout.Alignment - address % LaneLayout.Alignment) % LaneLayout.Alignment / sizeof(float));
        Count = (int)count;
    }

    /// <summary>Number of floats.</summary>
    public int Count { get; }

    /// <summary>All floats.</summary>
    public Span<float> All => _array.AsSpan(_start, Count);

    /// <summary>The floats of a region.</summary>
    public Span<float> Region(int offset, int length) => All.Slice(offset, length);

    /// <summary>
    /// Writes zeros where others have read, so that writing what comes next does not wait for their caches. The system's routine for zeros writes whole lines without asking for what they hold: where the caches are far apart it
    /// takes 2 to 3 ns for each line that another processor has read, in place of 9 (docs/engine.md, "With AVX-512, two units of 512 bits").
    /// </summary>
    public void Reclaim() => All.Clear();

    private static unsafe nint Address(float[] pinned) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
}

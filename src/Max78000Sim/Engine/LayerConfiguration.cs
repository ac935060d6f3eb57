// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>What one layer's registers say, decoded (machine.md section 11.2). Sizes are those of the physical, not the padded image.</summary>
internal sealed record LayerConfiguration
{
    public required int Index { get; init; }

    /// <summary>Rows of the data that is read, before pooling; for a transposed convolution half of what RCNT says.</summary>
    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required int PadRows { get; init; }

    public required int PadColumns { get; init; }

    public required bool PoolEnabled { get; init; }

    public required bool MaxPool { get; init; }

    /// <summary>Average pooling rounds to nearest instead of cutting towards zero.</summary>
    public required bool RoundAverage { get; init; }

    public required int PoolRows { get; init; }

    public required int PoolColumns { get; init; }

    public required int Stride { get; init; }

    /// <summary>Operands of an element-wise operation, 1 without one.</summary>
    public required int Operands { get; init; }

    public required ElementWise Function { get; init; }

    /// <summary>Pooling comes before the element-wise operation.</summary>
    public required bool PoolFirst { get; init; }

    public required bool PassThrough { get; init; }

    /// <summary>Time slots of a pass-through layer.</summary>
    public required int TimeSlots { get; init; }

    public required bool Transposed { get; init; }

    /// <summary>The pass counter is extended: one more cycle at the start.</summary>
    public required bool Flatten { get; init; }

    public required int Passes { get; init; }

    public required bool ChannelFirst { get; init; }

    public required bool OneDimensional { get; init; }

    public required int KernelRows { get; init; }

    public required int KernelColumns { get; init; }

    public required int WeightBits { get; init; }

    /// <summary>Number of kernels per processor, dummies included.</summary>
    public required int Kernels { get; init; }

    /// <summary>First position of the layer in the kernel byte grid.</summary>
    public required int GridStart { get; init; }

    /// <summary>Output slots of one expansion.</summary>
    public required int SlotsPerExpansion { get; init; }

    /// <summary>Signed shift, -15..15; positive is to the left.</summary>
    public required int Shift { get; init; }

    public required bool Wide { get; init; }

    public required bool Relu { get; init; }

    public required bool Absolute { get; init; }

    public required int MaskOffset { get; init; }

    public required int ChannelOffset { get; init; }

    /// <summary>Where the data comes from.</summary>
    public InputSource Source { get; init; }

    /// <summary>The output slots are dealt to the quadrants in turn, each of which sees the whole input (machine.md section 12.4).</summary>
    public bool QuadFanOut { get; init; }

    /// <summary>Words of the circular buffer in each instance that the layer reads from, 0 if it reads a whole image.</summary>
    public int CircularWords { get; init; }

    /// <summary>The layer runs while the layers before it still run.</summary>
    public bool Streaming => Stream is not null;

    /// <summary>When the layer may go on, if it streams.</summary>
    public StreamControl? Stream { get; init; }

    /// <summary>Bias bytes that are skipped: one in a first layer that streams (machine.md section 8).</summary>
    public int SkippedBias { get; init; }

    /// <summary>First and last word of the row caches.</summary>
    public int CacheStart { get; init; }

    public int CacheEnd { get; init; }

    public required ImmutableArray<QuadrantConfiguration> Quadrants { get; init; }

    public int KernelTaps => KernelRows * KernelColumns;

    /// <summary>Output slots over all expansions.</summary>
    public int Slots => PassThrough ? 0 : Kernels / Passes * (QuadFanOut ? Quadrants.Length : 1);

    /// <summary>Output states of a pixel and pass: quadrants that share the slots compute theirs at the same time.</summary>
    public int SlotStates => PassThrough ? TimeSlots : Kernels / Passes;

    /// <summary>Rows after pooling, before zeros are inserted.</summary>
    public int PooledRows => (Rows + Stride - PoolRows) / Stride;

    public int PooledColumns => (Columns + Stride - PoolColumns) / Stride;

    /// <summary>Rows of the pooling window; 1 where pooling is off, whatever its size.</summary>
    public int WindowRows => PoolEnabled ? PoolRows : 1;

    public int WindowColumns => PoolEnabled ? PoolColumns : 1;

    /// <summary>Rows that the convolution sees, without padding.</summary>
    public int ImageRows => Transposed ? 2 * PooledRows : PooledRows;

    public int ImageColumns => Transposed ? 2 * PooledColumns : PooledColumns;

    public int OutputRows => PassThrough ? PooledRows : ImageRows + 2 * PadRows - KernelRows + 1;

    public int OutputColumns => PassThrough ? PooledColumns : ImageColumns + 2 * PadColumns - KernelColumns + 1;
}

/// <summary>The part of a layer's registers that differs between quadrants.</summary>
/// <param name="Quadrant">0..3.</param>
/// <param name="Processors">Enabled processors of the quadrant, bits 15:0.</param>
/// <param name="KernelProcessors">Processors whose kernels are enabled.</param>
/// <param name="Summed">Its sum goes into the result (always for the master).</param>
/// <param name="ReadPointer">Word inside the instance.</param>
/// <param name="WritePointer">Global word address.</param>
/// <param name="TimeSlotOffset">Added to the write pointer per time slot.</param>
/// <param name="Increment">Words from one output pixel to the next.</param>
/// <param name="BiasEnabled">The quadrant adds a bias.</param>
/// <param name="BiasPointer">First bias byte.</param>
internal sealed record QuadrantConfiguration(
    int Quadrant, int Processors, int KernelProcessors, bool Summed, int ReadPointer, int WritePointer, int TimeSlotOffset, int Increment,
    bool BiasEnabled, int BiasPointer)
{
    /// <summary>Absolute numbers, 0..63, of the processors in <paramref name="mask"/>, ascending.</summary>
    public IEnumerable<int> Numbers(int mask)
    {
        for (int bit = 0; bit < 16; bit++)
        {
            if ((mask >> bit & 1) != 0)
                yield return Quadrant * 16 + bit;
        }
    }
}

/// <summary>Where a layer's data comes from.</summary>
internal enum InputSource
{
    /// <summary>The data memory, or a circular buffer in it.</summary>
    Memory,

    /// <summary>The FIFO of each quadrant.</summary>
    Fifos,

    /// <summary>The fast FIFO: four bytes for the first four processors, of one quadrant or (quad fan-out) of each.</summary>
    FastFifoGroup,

    /// <summary>The fast FIFO: one byte for the first processor of each quadrant.</summary>
    FastFifoSpread,
}

/// <summary>The element-wise function field.</summary>
internal enum ElementWise
{
    Subtract,
    Add,
    Or,
    Xor,
}

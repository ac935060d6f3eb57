// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Placement;

/// <summary>Where one layer reads, writes and keeps its kernels and bias. Up to 64 channels in and out: one pass, one expansion.</summary>
public sealed record LayerPlacement
{
    /// <summary>The layer in integers.</summary>
    public required QuantizedLayer Layer { get; init; }

    /// <summary>Order of the input bytes in data memory.</summary>
    public required DataFormat Format { get; init; }

    /// <summary>Processors that read the input; channel <c>c</c> belongs to the <c>c</c>-th of them.</summary>
    public required ProcessorMap InputMap { get; init; }

    /// <summary>Processors whose memory takes the output; channel <c>m</c> belongs to the <c>m</c>-th of them.</summary>
    public required ProcessorMap OutputMap { get; init; }

    /// <summary>Offset of the input in bytes within each data memory instance.</summary>
    public required int InputOffset { get; init; }

    /// <summary>Offset of the output in bytes within each data memory instance.</summary>
    public required int OutputOffset { get; init; }

    /// <summary>Whether the output belongs to the known answer and is unloaded.</summary>
    public bool IsOutput { get; init; }

    /// <summary>First kernel word, common to all processors, a multiple of 4 (machine.md section 7.4).</summary>
    public int KernelStart { get; init; }

    /// <summary>Quadrant that holds the bias, or null without bias.</summary>
    public int? BiasQuadrant { get; init; }

    /// <summary>First bias byte within the quadrant.</summary>
    public int BiasOffset { get; init; }

    /// <summary>Weights of one kernel: 9 or 1.</summary>
    public int KernelSize => Layer.KernelRows * Layer.KernelColumns;

    /// <summary>Kernels that a processor applies per output one after another: the pixels of a flattened map, otherwise 1.</summary>
    public int Passes => Layer.Flatten ? Layer.Pooled.Pixels : 1;

    /// <summary>Unused lanes below the first output channel; they are computed as dummies (machine.md section 7.3).</summary>
    public int LeadingDummies => OutputMap.First % MemoryMap.ProcessorsPerInstance;

    /// <summary>Output slots from the lane 0 of the first output block to the last output processor, dummies and gaps included.</summary>
    public int Slots => OutputMap.Last - OutputMap.First + 1 + LeadingDummies;

    /// <summary>Kernels that the hardware counts: all slots times all passes.</summary>
    public int KernelCount => Slots * Passes;

    /// <summary>Whether the output map leaves out processors between its first and its last.</summary>
    public bool HasGaps => OutputMap.Last - OutputMap.First + 1 != OutputMap.Count;

    /// <summary>Kernel words that the allocation reserves from <see cref="KernelStart"/> on (machine.md section 7.3, L).</summary>
    public int KernelWords
    {
        get
        {
            int count = (Slots - LeadingDummies) * Passes, bits = Layer.WeightBits, packed = 8 / bits;
            int total = count * KernelSize * bits + count % packed * KernelSize * (packed - 1);
            return (total + 71) / 72;
        }
    }

    /// <summary>Address and lane of one output value (machine.md section 10.1).</summary>
    /// <param name="channel">Output channel.</param>
    /// <param name="pixel">Pixel, <c>row * columns + column</c>.</param>
    /// <returns>Its place in data memory.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The layer has no such channel or pixel.</exception>
    public DataSlot OutputSlot(int channel, int pixel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(channel, Layer.Output.Channels);
        ArgumentOutOfRangeException.ThrowIfNegative(pixel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pixel, Layer.Output.Pixels);
        int processor = ProcessorOf(OutputMap, channel), lane = processor % MemoryMap.ProcessorsPerInstance;
        uint block = DataMemory.Address(processor, OutputOffset);
        return Layer.OutputWidth == 32
            ? new DataSlot(block + 4 * (uint)(4 * pixel + lane), 0, 32)
            : new DataSlot(block + 4 * (uint)pixel, lane, 8);
    }

    /// <summary>Address and lane of one input value (machine.md section 9).</summary>
    /// <param name="channel">Input channel.</param>
    /// <param name="pixel">Pixel, <c>row * columns + column</c>.</param>
    /// <returns>Its place in data memory.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The layer has no such channel or pixel.</exception>
    public DataSlot InputSlot(int channel, int pixel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(channel, Layer.Input.Channels);
        ArgumentOutOfRangeException.ThrowIfNegative(pixel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pixel, Layer.Input.Pixels);
        int processor = ProcessorOf(InputMap, channel);
        uint block = DataMemory.Address(processor, InputOffset);
        return Format == DataFormat.Chw
            ? new DataSlot(block + 4 * (uint)(pixel / 4), pixel % 4, 8)
            : new DataSlot(block + 4 * (uint)pixel, processor % MemoryMap.ProcessorsPerInstance, 8);
    }

    private static int ProcessorOf(ProcessorMap map, int rank) => map.Processors().ElementAt(rank);
}

/// <summary>Place of one value in data memory.</summary>
/// <param name="Address">Absolute address of the word.</param>
/// <param name="Lane">Byte of the word, 0 the lowest; 0 for 32-bit values.</param>
/// <param name="Bits">8 or 32.</param>
public readonly record struct DataSlot(uint Address, int Lane, int Bits);

// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Placement;

/// <summary>Where one layer reads, writes and keeps its kernels and bias, and how its channels are dealt over processors and passes.</summary>
public sealed record LayerPlacement
{
    /// <summary>The layer in integers.</summary>
    public required QuantizedLayer Layer { get; init; }

    /// <summary>What the accelerator executes for it.</summary>
    public required HardwareLayer Hardware { get; init; }

    /// <summary>Order of the input bytes in data memory.</summary>
    public required DataFormat Format { get; init; }

    /// <summary>Processors that read the input; <see cref="InputPasses"/> says which channel belongs to which.</summary>
    public required ProcessorMap InputMap { get; init; }

    /// <summary>Processors whose memory takes the output; <see cref="OutputPasses"/> says which channel belongs to which.</summary>
    public required ProcessorMap OutputMap { get; init; }

    /// <summary>Passes over the input channels of one operand.</summary>
    public required ChannelPasses InputPasses { get; init; }

    /// <summary>Passes over the output channels, the output expansion.</summary>
    public required ChannelPasses OutputPasses { get; init; }

    /// <summary>Offset of the input in bytes within each data memory instance.</summary>
    public required int InputOffset { get; init; }

    /// <summary>Offset of the output in bytes within each data memory instance.</summary>
    public required int OutputOffset { get; init; }

    /// <summary>Words left free behind each output word.</summary>
    public int WriteGap { get; init; }

    /// <summary>When the layer starts and goes on where data flows through it, or null where it waits for the layer before.</summary>
    public StreamPlacement? Stream { get; init; }

    /// <summary>Where the input of the first layer comes from; other layers read data memory.</summary>
    public InputPath Source { get; init; }

    /// <summary>Whether the output belongs to the known answer and is unloaded.</summary>
    public bool IsOutput { get; init; }

    /// <summary>First kernel word, common to all processors, a multiple of 4 (machine.md section 7.4).</summary>
    public int KernelStart { get; init; }

    /// <summary>Quadrant that holds the bias, or null without bias.</summary>
    public int? BiasQuadrant { get; init; }

    /// <summary>First bias byte within the quadrant.</summary>
    public int BiasOffset { get; init; }

    /// <summary>Weights of one kernel: 9, 1, or the length of a one-dimensional kernel.</summary>
    public int KernelSize => Hardware.KernelSize;

    /// <summary>Kernels that a processor applies per output one after another: the input passes, times the pixels of a flattened map.</summary>
    public int Passes => InputPasses.Count * (Layer.Flatten ? Layer.Pooled.Pixels : 1);

    /// <summary>Unused lanes below the first output channel; they are computed as dummies (machine.md section 7.3).</summary>
    public int LeadingDummies => OutputMap.First % MemoryMap.ProcessorsPerInstance;

    /// <summary>Output slots of one expansion, from lane 0 of the first output block to the last output processor, dummies and gaps included.</summary>
    public int SlotsPerExpansion => OutputMap.Last - OutputMap.First + 1 + LeadingDummies;

    /// <summary>Output slots of all expansions. A flattening layer leaves out those behind the last channel.</summary>
    public int Slots => SlotsPerExpansion * OutputPasses.Count - (Layer.Flatten ? OutputMap.Count * OutputPasses.Count - Layer.Output.Channels : 0);

    /// <summary>Copies of each processor that share the layer's kernels: 4 where the fast FIFO feeds all quadrants (machine.md section 12.4), else 1.</summary>
    public int Fanout => Source == InputPath.FastFifoQuad ? MemoryMap.Quadrants : 1;

    /// <summary>Processors that are switched on: <see cref="InputMap"/>, or its copies in all quadrants.</summary>
    public ProcessorMap EnabledMap => Fanout == 1 ? InputMap : new(InputMap.Quadrant(0) * 0x0001_0001_0001_0001ul);

    /// <summary>Kernels that the hardware counts: all slots times all passes.</summary>
    public int KernelCount => (Slots * Passes + Fanout - 1) / Fanout;

    /// <summary>Whether the output map leaves out processors between its first and its last.</summary>
    public bool HasGaps => OutputMap.Last - OutputMap.First + 1 != OutputMap.Count;

    /// <summary>
    /// Whether several operands of several passes run as a single pass over more rows: all but two operands of two passes (machine.md section 4).
    /// </summary>
    public bool IsUnrolled => Layer.Operands > 1 && InputPasses.Count > 1 && Layer.Operands * InputPasses.Count != Layer.Operands + InputPasses.Count;

    /// <summary>Kernel words that the allocation reserves from <see cref="KernelStart"/> on (machine.md section 7.3, L).</summary>
    public int KernelWords
    {
        get
        {
            if (!Hardware.IsConvolution) return 0;
            int count = (Slots - (OutputPasses.Count == 1 ? LeadingDummies : 0)) * Passes, bits = Layer.WeightBits, packed = 8 / bits;
            long total = (long)count * KernelSize * bits + count % packed * KernelSize * (packed - 1);
            int words = (int)((total + 71) / 72);
            return (words + Fanout - 1) / Fanout;
        }
    }

    /// <summary>Words between the output words of two neighbouring pixels; four times as many for 32-bit values (machine.md section 10.1).</summary>
    public int PixelStep => OutputPasses.Count * (Layer.OutputWidth / 8) * (WriteGap + 1);

    /// <summary>Output slot of a channel: its place among the kernels and biases.</summary>
    /// <param name="channel">Output channel.</param>
    /// <returns>The slot.</returns>
    public int KernelSlot(int channel)
    {
        int first = OutputMap.First - LeadingDummies;
        return channel / OutputPasses.PerPass * SlotsPerExpansion + ProcessorOf(OutputMap, channel % OutputPasses.PerPass) - first;
    }

    /// <summary>Address and lane of one output value (machine.md section 10.1).</summary>
    /// <param name="channel">Output channel.</param>
    /// <param name="pixel">Pixel, <c>row * columns + column</c>.</param>
    /// <returns>Its place in data memory.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The layer has no such channel or pixel.</exception>
    public DataSlot OutputSlot(int channel, int pixel)
    {
        Check(channel, pixel, Layer.Output);
        int processor = ProcessorOf(OutputMap, channel % OutputPasses.PerPass), lane = processor % MemoryMap.ProcessorsPerInstance;
        int pass = channel / OutputPasses.PerPass, width = Layer.OutputWidth / 8;
        uint word = DataMemory.Address(processor, OutputOffset) + 4 * (uint)(pixel * PixelStep + pass * width * (WriteGap + 1));
        return Layer.OutputWidth == 32 ? new DataSlot(word + 4 * (uint)lane, 0, 32) : new DataSlot(word, lane, 8);
    }

    /// <summary>Address and lane of one input value in data memory (machine.md section 9).</summary>
    /// <param name="channel">Input channel of the operand.</param>
    /// <param name="pixel">Pixel, <c>row * columns + column</c>.</param>
    /// <param name="operand">Operand of an element-wise layer, else 0.</param>
    /// <returns>Its place in data memory.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The layer has no such channel, pixel or operand.</exception>
    public DataSlot InputSlot(int channel, int pixel, int operand = 0)
    {
        Check(channel, pixel, Layer.Input);
        ArgumentOutOfRangeException.ThrowIfNegative(operand);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(operand, Layer.Operands);
        int processor = ProcessorOf(InputMap, channel % InputPasses.PerPass), pass = channel / InputPasses.PerPass;
        uint block = DataMemory.Address(processor, InputOffset);
        return Format == DataFormat.Chw
            ? new DataSlot(block + 4 * (uint)(pixel / 4), pixel % 4, 8)
            : new DataSlot(block + 4 * (uint)((pixel * InputPasses.Count + pass) * Layer.Operands + operand), processor % MemoryMap.ProcessorsPerInstance, 8);
    }

    private static void Check(int channel, int pixel, FeatureShape shape)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(channel, shape.Channels);
        ArgumentOutOfRangeException.ThrowIfNegative(pixel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pixel, shape.Pixels);
    }

    private static int ProcessorOf(ProcessorMap map, int rank) => map.Processors().ElementAt(rank);
}

/// <summary>Place of one value in data memory.</summary>
/// <param name="Address">Absolute address of the word.</param>
/// <param name="Lane">Byte of the word, 0 the lowest; 0 for 32-bit values.</param>
/// <param name="Bits">8 or 32.</param>
public readonly record struct DataSlot(uint Address, int Lane, int Bits);

// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Registers;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>How the network input reaches the first layer.</summary>
/// <param name="Format">Order of its bytes.</param>
/// <param name="Path">Through which of the FIFOs, or by data memory.</param>
internal readonly record struct InputForm(DataFormat Format, InputPath Path)
{
    private const int QuadrantChannels = MemoryMap.ProcessorsPerInstance;

    /// <summary>Options with which a program that takes its input so is made.</summary>
    public SynthesisOptions Options => SynthesisOptions.Default with { Input = Path, Riscv = Path is InputPath.FastFifo or InputPath.FastFifoQuad };

    /// <summary>The forms that come into question, the one with the fewest bus writes first.</summary>
    /// <param name="network">The network; its first layer says whether it streams.</param>
    /// <param name="fifos">FIFOs that the program can feed.</param>
    public static IEnumerable<InputForm> Of(QuantizedNetwork network, IEnumerable<InputPath> fifos)
    {
        DataFormat[] formats = network.Layers[0].Input.Channels < QuadrantChannels ? [DataFormat.Chw, DataFormat.Hwc] : [DataFormat.Hwc, DataFormat.Chw];
        IEnumerable<InputPath> paths = network.Description.Layers[0].Streaming ? fifos.Where(path => path != InputPath.Memory) : [InputPath.Memory];
        return paths.SelectMany(path => formats.Select(format => new InputForm(format, path))).Where(form => form.Path == InputPath.Memory || form.Feeds(network.Layers[0]));
    }

    /// <summary>Processors that the FIFOs feed: those of quadrant 0 first, then those of quadrant 1 and so on; the fan-out feeds all quadrants alike.</summary>
    public ulong FifoMask(int channels)
    {
        ulong mask = 0;
        int each = Format == DataFormat.Chw ? 1 : QuadrantChannels;
        for (int c = 0; c < channels; c++) mask |= 1ul << (c / each * MemoryMap.ProcessorsPerQuadrant + c % each);
        return Path == InputPath.FastFifoQuad ? mask * 0x0001_0001_0001_0001ul : mask;
    }

    // Four pixels of a channel in a word pass through twelve words, which hold no rows for a pooling window.
    private bool Feeds(QuantizedLayer first)
    {
        int channels = first.Input.Channels;
        bool chw = Format == DataFormat.Chw, pools = first.Pooling is { Rows: > 1 } or { Columns: > 1 };
        if (chw && pools) return false;
        return Path switch
        {
            InputPath.Fifo => channels <= (chw ? MemoryMap.Quadrants : StreamedPrefix.MostChannels),
            InputPath.FastFifo => channels <= (chw ? 1 : QuadrantChannels) && first.OutputWidth == 8,
            _ => !chw && channels <= QuadrantChannels && first is { KernelRows: 3, KernelColumns: 3, WeightBits: 8, OutputWidth: 8 } && first.Bias.All(value => value == 0),
        };
    }
}

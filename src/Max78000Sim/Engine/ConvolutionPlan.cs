// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// The kernels and biases of one layer, laid out for the inner loop: for each group of 16 places and each kernel row, pairs of 16-bit weights along
/// the row's taps and channels, 16 places side by side. Four places are the lanes of one output block, so that the results of a group are four output words.
/// </summary>
internal sealed class ConvolutionPlan
{
    /// <summary>Places that the inner loop computes at once.</summary>
    public const int GroupSlots = 16;

    /// <summary>Pixels that the inner loop computes at once.</summary>
    public const int TilePixels = 8;

    private readonly int[] _places;
    private readonly int _foldedRow;

    /// <summary>Makes empty tables.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">Its input.</param>
    /// <param name="blocks">Where the slots are written.</param>
    public ConvolutionPlan(LayerConfiguration layer, InputPlan input, ImmutableArray<OutputBlock> blocks)
    {
        int channels = input.Channels.Length, slots = layer.Slots;

        // Images of one column, and kernels of one tap, are one long row of pixels.
        bool column = input.Columns == 1 && layer.KernelColumns == 1, point = layer is { KernelTaps: 1, PadRows: 0, PadColumns: 0 };
        bool folded = column || point;
        int columns = folded ? layer.OutputRows * layer.OutputColumns : layer.OutputColumns;
        Pixels = layer.OutputRows * layer.OutputColumns;
        KernelRows = folded ? 1 : layer.KernelRows;
        _foldedRow = folded ? channels : 0;
        RowStride = input.Columns * channels;
        PixelOffsets = new int[(Pixels + TilePixels - 1) / TilePixels * TilePixels];
        for (int i = 0; i < PixelOffsets.Length; i++)
        {
            int pixel = Math.Min(i, Pixels - 1);
            PixelOffsets[i] = pixel / columns * RowStride + pixel % columns * channels;
        }

        Pairs = (layer.KernelTaps / KernelRows * channels + 1) / 2;
        Slots = slots;
        Blocks = blocks.Length;
        Groups = (blocks.Length * OutputPlan.BlockSlots + GroupSlots - 1) / GroupSlots;
        _places = new int[slots];
        for (int block = 0; block < blocks.Length; block++)
        {
            for (int lane = 0; lane < blocks[block].Count; lane++)
                _places[blocks[block].FirstSlot + lane] = block * OutputPlan.BlockSlots + lane;
        }

        GroupWeights = KernelRows * Pairs * GroupSlots * 2;
        LastRead = PixelOffsets[^1] + (KernelRows - 1L) * RowStride + Pairs * 2;
        SlotStarts = [.. _places.Select(place => place / GroupSlots * GroupWeights + place % GroupSlots * 2)];
        Weights = new short[Groups * GroupWeights];
        Bias = new int[Groups * GroupSlots];
        Missing = new MissingPiece?[slots];
        IsDummy = new bool[slots];
    }

    /// <summary>Output pixels.</summary>
    public int Pixels { get; }

    /// <summary>For each output pixel where its window begins in the image; the last one is repeated to fill its tile.</summary>
    public int[] PixelOffsets { get; }

    /// <summary>Values of the image from one row to the next.</summary>
    public int RowStride { get; }

    /// <summary>Output blocks of four places; the last group may have less than four of them.</summary>
    public int Blocks { get; }

    public int Slots { get; }

    /// <summary>Groups of sixteen places.</summary>
    public int Groups { get; }

    /// <summary>Kernel rows, each a run of values under it.</summary>
    public int KernelRows { get; }

    /// <summary>Pairs of values under one kernel row.</summary>
    public int Pairs { get; }

    /// <summary>Weights as <c>[group][kernel row][pair][place of 16][2]</c>.</summary>
    public short[] Weights { get; }

    /// <summary>Weights of one group.</summary>
    public int GroupWeights { get; }

    /// <summary>Values of the image up to the last one that is read. A last pair of which one value counts reads one value more.</summary>
    public long LastRead { get; }

    /// <summary>What each place starts from: 128 times the bias of its slot.</summary>
    public int[] Bias { get; }

    /// <summary>The kernels once more for a shorter way to the same sums, or null if the layer does not suit it.</summary>
    public MinimalFilterPlan? MinimalFilter { get; set; }

    /// <summary>For each slot, the first kernel word or bias byte that was never loaded.</summary>
    public MissingPiece?[] Missing { get; }

    /// <summary>Slots without any loaded kernel: they belong to no channel.</summary>
    public bool[] IsDummy { get; }

    /// <summary>One weight as it was placed.</summary>
    public int GetWeight(int slot, int kernelRow, int position) => Weights[SlotStarts[slot] + WeightOffset(kernelRow, position)];

    /// <summary>Where each slot's weights begin in <see cref="Weights"/>.</summary>
    public int[] SlotStarts { get; }

    /// <summary>How far behind the start of its slot a weight stands.</summary>
    /// <param name="kernelRow">Kernel row.</param>
    /// <param name="position">Position under the kernel row: tap times channels plus channel.</param>
    public int WeightOffset(int kernelRow, int position)
    {
        if (_foldedRow > 0)
            (kernelRow, position) = (0, kernelRow * _foldedRow + position);
        return (kernelRow * Pairs + position / 2) * GroupSlots * 2 + position % 2;
    }

    /// <summary>Adds to what a slot starts from.</summary>
    public void AddBias(int slot, int value) => Bias[_places[slot]] += value;
}

/// <summary>A kernel word (of a processor) or a bias byte (of a quadrant) that a slot needs and nobody loaded.</summary>
/// <param name="IsBias">A bias byte, else a kernel word.</param>
/// <param name="Unit">Processor 0..63, or quadrant for a bias.</param>
/// <param name="Index">Kernel word or bias byte.</param>
internal readonly record struct MissingPiece(bool IsBias, int Unit, int Index);

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

    private readonly int[] _places;

    /// <summary>Makes empty tables.</summary>
    /// <param name="blocks">Where the slots are written.</param>
    /// <param name="slots">Output slots.</param>
    /// <param name="kernelRows">Kernel rows.</param>
    /// <param name="run">Values under one kernel row: taps times channels.</param>
    public ConvolutionPlan(ImmutableArray<OutputBlock> blocks, int slots, int kernelRows, int run)
    {
        Slots = slots;
        KernelRows = kernelRows;
        Pairs = (run + 1) / 2;
        Groups = (blocks.Length * OutputPlan.BlockSlots + GroupSlots - 1) / GroupSlots;
        _places = new int[slots];
        for (int block = 0; block < blocks.Length; block++)
        {
            for (int lane = 0; lane < blocks[block].Count; lane++)
                _places[blocks[block].FirstSlot + lane] = block * OutputPlan.BlockSlots + lane;
        }

        Weights = new short[Groups * GroupSlots * kernelRows * Pairs * 2];
        Bias = new int[Groups * GroupSlots];
        Missing = new MissingPiece?[slots];
        IsDummy = new bool[slots];
    }

    public int Slots { get; }

    /// <summary>Groups of sixteen places.</summary>
    public int Groups { get; }

    public int KernelRows { get; }

    /// <summary>Pairs of values under one kernel row.</summary>
    public int Pairs { get; }

    /// <summary>Weights as <c>[group][kernel row][pair][place of 16][2]</c>.</summary>
    public short[] Weights { get; }

    /// <summary>What each place starts from: 128 times the bias of its slot.</summary>
    public int[] Bias { get; }

    /// <summary>For each slot, the first kernel word or bias byte that was never loaded.</summary>
    public MissingPiece?[] Missing { get; }

    /// <summary>Slots without any loaded kernel: they belong to no channel.</summary>
    public bool[] IsDummy { get; }

    /// <summary>One weight as it was placed.</summary>
    public int GetWeight(int slot, int kernelRow, int position) => Weights[Index(slot, kernelRow, position)];

    /// <summary>Places one weight.</summary>
    /// <param name="slot">Output slot.</param>
    /// <param name="kernelRow">Kernel row.</param>
    /// <param name="position">Position under the kernel row: tap times channels plus channel.</param>
    /// <param name="weight">-128..127.</param>
    public void SetWeight(int slot, int kernelRow, int position, int weight) => Weights[Index(slot, kernelRow, position)] = (short)weight;

    /// <summary>Adds to what a slot starts from.</summary>
    public void AddBias(int slot, int value) => Bias[_places[slot]] += value;

    private int Index(int slot, int kernelRow, int position)
    {
        int place = _places[slot];
        int row = (place / GroupSlots * KernelRows + kernelRow) * Pairs + position / 2;
        return (row * GroupSlots + place % GroupSlots) * 2 + position % 2;
    }
}

/// <summary>A kernel word (of a processor) or a bias byte (of a quadrant) that a slot needs and nobody loaded.</summary>
/// <param name="IsBias">A bias byte, else a kernel word.</param>
/// <param name="Unit">Processor 0..63, or quadrant for a bias.</param>
/// <param name="Index">Kernel word or bias byte.</param>
internal readonly record struct MissingPiece(bool IsBias, int Unit, int Index);

// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// The kernels and biases of one layer, laid out for the inner loop: for each block of 16 output slots and each kernel row, pairs of 16-bit weights along
/// the row's taps and channels, 16 slots side by side.
/// </summary>
internal sealed class ConvolutionPlan
{
    /// <summary>Output slots that the inner loop computes at once.</summary>
    public const int BlockSlots = 16;

    /// <summary>Makes empty tables.</summary>
    /// <param name="slots">Output slots.</param>
    /// <param name="kernelRows">Kernel rows.</param>
    /// <param name="run">Values under one kernel row: taps times channels.</param>
    public ConvolutionPlan(int slots, int kernelRows, int run)
    {
        Slots = slots;
        KernelRows = kernelRows;
        Pairs = (run + 1) / 2;
        PaddedSlots = (slots + BlockSlots - 1) / BlockSlots * BlockSlots;
        Weights = new short[PaddedSlots * kernelRows * Pairs * 2];
        Bias = new int[PaddedSlots];
        Missing = new MissingPiece?[slots];
        IsDummy = new bool[slots];
    }

    public int Slots { get; }

    /// <summary>Slots rounded up to whole blocks.</summary>
    public int PaddedSlots { get; }

    public int KernelRows { get; }

    /// <summary>Pairs of values under one kernel row.</summary>
    public int Pairs { get; }

    /// <summary>Weights as <c>[block][kernel row][pair][slot of 16][2]</c>.</summary>
    public short[] Weights { get; }

    /// <summary>What each slot starts from: 128 times its bias.</summary>
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

    private int Index(int slot, int kernelRow, int position)
    {
        int row = (slot / BlockSlots * KernelRows + kernelRow) * Pairs + position / 2;
        return (row * BlockSlots + slot % BlockSlots) * 2 + position % 2;
    }
}

/// <summary>A kernel word (of a processor) or a bias byte (of a quadrant) that a slot needs and nobody loaded.</summary>
/// <param name="IsBias">A bias byte, else a kernel word.</param>
/// <param name="Unit">Processor 0..63, or quadrant for a bias.</param>
/// <param name="Index">Kernel word or bias byte.</param>
internal readonly record struct MissingPiece(bool IsBias, int Unit, int Index);

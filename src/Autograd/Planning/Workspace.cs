// SPDX-License-Identifier: MIT
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Planning;

/// <summary>Memory of one worker and the block it is working on.</summary>
internal sealed class Workspace(long floats, int masks)
{
    private readonly LaneMemory _floats = new(floats);
    private readonly ushort[] _masks = new ushort[masks];

    /// <summary>Number of images in the block, 1..16.</summary>
    public int Lanes { get; set; }

    /// <summary>First sample of the block in the batch.</summary>
    public int FirstSample { get; set; }

    /// <summary>Gradient of the parameters for this block; unused outside training.</summary>
    public LaneMemory? ParameterGradients { get; set; }

    /// <summary>The batch that all workers share.</summary>
    public BatchRun Run { get; set; } = null!;

    /// <summary>Identities of the block's samples.</summary>
    public ReadOnlySpan<int> SampleIndices => Run.Batch.SampleIndices.AsSpan(FirstSample, Lanes);

    public Span<float> Floats(Slot slot) => _floats.Region(slot.Offset, slot.Length);

    public Span<ushort> Masks(Slot slot) => _masks.AsSpan(slot.Offset, slot.Length);

    public Span<float> ParameterGradient(in ParameterTarget target) => ParameterGradients!.Region(target.Slot.Offset, target.Slot.Length);
}

/// <summary>What all blocks of a batch have in common.</summary>
internal sealed class BatchRun(int maximumBatch)
{
    public Batch Batch { get; set; } = null!;

    public float InputDivisor { get; set; }

    public ulong Seed { get; set; }

    public long Step { get; set; }

    /// <summary>Cross-entropy of each sample.</summary>
    public double[] Losses { get; } = new double[maximumBatch];

    /// <summary>Activity penalty of each sample.</summary>
    public double[] Penalties { get; } = new double[maximumBatch];

    /// <summary>How many classes stand before each sample's label; 0 is a correct prediction.</summary>
    public int[] Ranks { get; } = new int[maximumBatch];
}

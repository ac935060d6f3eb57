// SPDX-License-Identifier: MIT
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Planning;

/// <summary>Memory of one worker and the block it is working on.</summary>
internal sealed class Workspace
{
    // 70 us of vectors of sixteen images; what is shorter is not worth the way to another core.
    private const long LeastWork = 1 << 18;

    private readonly LaneMemory _floats;
    private readonly ushort[] _masks;
    private readonly ComputeContext _context;
    private readonly int _worker;
    private readonly Action<int, int> _runShare;
    private PlanStep _step = null!;
    private StepPart _part;
    private int _blocks;
    private int _shares;

    /// <summary>Reserves a worker's memory.</summary>
    /// <param name="floats">Number of values and gradients.</param>
    /// <param name="masks">Number of masks.</param>
    /// <param name="context">The workers.</param>
    /// <param name="worker">The worker that it belongs to.</param>
    public Workspace(long floats, int masks, ComputeContext context, int worker)
    {
        (_floats, _masks, _context, _worker) = (new LaneMemory(floats), new ushort[masks], context, worker);
        _runShare = (share, by) => _step.RunBlocks(this, _part, ChannelBlocks.Start(_blocks, _shares, share), ChannelBlocks.Start(_blocks, _shares, share + 1), by);
    }

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

    /// <summary>Where the block is on its way through the tape.</summary>
    public int Moment { get; set; }

    /// <summary>The floats of a region.</summary>
    /// <exception cref="InvalidOperationException">The region is not in use at the moment, others may lie there: a step uses what it did not plan to.</exception>
    public Span<float> Floats(Region region)
    {
        if (Moment < region.First || Moment > region.Last) throw new InvalidOperationException($"a region in use from {region.First} to {region.Last} was asked for at {Moment}");
        return _floats.Region(region.Offset, region.Length);
    }

    public Span<ushort> Masks(Slot slot) => _masks.AsSpan(slot.Offset, slot.Length);

    /// <summary>
    /// Runs all blocks of a part of a step: outputs, places of a map or rows of terms. At the end of a batch, where other workers find no images any more, these take some of the blocks.
    /// </summary>
    /// <param name="step">The step.</param>
    /// <param name="part">The part.</param>
    /// <param name="blocks">Number of blocks, each of which can be run on its own.</param>
    /// <param name="multiplyAdds">Multiply-adds of one image.</param>
    /// <param name="cost">What the shares do again.</param>
    public void RunBlocks(PlanStep step, StepPart part, int blocks, long multiplyAdds, ShareCost cost)
    {
        int shares = cost.Shares(blocks, _context.IdleWorkers);
        // Offered before anybody waits: who comes while a part runs would wait for its end.
        if (_context.Threads == 1 || _context.HasItems || shares < 2 || multiplyAdds < LeastWork)
        {
            step.RunBlocks(this, part, 0, blocks, _worker);
            return;
        }

        (_step, _part, _blocks, _shares) = (step, part, blocks, shares);
        _context.ForParts(_worker, shares, _runShare);
    }

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

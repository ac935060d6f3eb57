// SPDX-License-Identifier: MIT
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Planning;

/// <summary>Memory of one worker and the block it is working on.</summary>
internal sealed class Workspace
{
    /// <summary>Multiply-adds of an image from which on a part is shared: 70 us of vectors of sixteen images at 240 GFLOP/s. What is shorter is not worth the way to another core.</summary>
    public const long LeastWork = 1 << 19;

    private readonly LaneMemory _floats;
    private readonly ushort[] _masks;
    private readonly ComputeContext _context;
    private readonly int _worker;
    private readonly Action<int, int> _runShare;
    private readonly Action<int, int> _runEither;
    private readonly Func<int, Workspace> _of;
    private readonly LaneMemory _spare;
    private PlanStep _step = null!;
    private Shares _first;
    private Shares _second;

    // Shares of the first part that stand behind the second.
    private int _firstBehind;
    private int _passage;

    // For which step of whose block, its own worker's or one's that it helps, an output gradient was found here last.
    private (Workspace? Owner, int Passage, PlanStep? Step) _guest;

    /// <summary>Reserves a worker's memory.</summary>
    /// <param name="floats">Number of values and gradients.</param>
    /// <param name="masks">Number of masks.</param>
    /// <param name="context">The workers.</param>
    /// <param name="worker">The worker that it belongs to.</param>
    /// <param name="spare">Floats of an input gradient that is found while somebody reads the input.</param>
    /// <param name="of">The workspace of each worker.</param>
    public Workspace(long floats, int masks, ComputeContext context, int worker, int spare, Func<int, Workspace> of)
    {
        (_floats, _masks, _context, _worker, _spare, _of) = (new LaneMemory(floats), new ushort[masks], context, worker, new LaneMemory(spare), of);
        _runShare = (share, by) => _first.Run(this, share, by);
        _runEither = (share, by) =>
        {
            // Workers of even number take the first shares, the others the last: the owner begins with the first part, a helper of the other kind at the other end.
            int index = (_worker & 1) == 0 ? share : _first.Count + _second.Count - 1 - share, begin = _first.Count - _firstBehind;
            if (index < begin) _first.Run(this, index, by);
            else if (index < begin + _second.Count) _second.Run(this, index - begin, by);
            else _first.Run(this, index - _second.Count, by);
        };
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
        if (BothHalves && region.Last < Planning.Moment.SecondHalf(Moment)) throw new InvalidOperationException($"a region in use until {region.Last} was asked for in both halves of {Moment}");
        return Floats(region, Moment);
    }

    /// <summary>The floats of a region that is in use at another moment than <see cref="Moment"/>, or while <see cref="BothHalves"/> only at that one.</summary>
    /// <exception cref="InvalidOperationException">The region is not in use at that moment.</exception>
    public Span<float> Floats(Region region, int moment)
    {
        if (moment < region.First || moment > region.Last) throw new InvalidOperationException($"a region in use from {region.First} to {region.Last} was asked for at {moment}");
        return _floats.Region(region.Offset, region.Length);
    }

    /// <summary>Whether both halves of a step backwards run at the same time: what <see cref="Floats(Region)"/> gives must then be in use in the second one as well.</summary>
    public bool BothHalves { get; set; }

    /// <summary>Memory of an input gradient while somebody reads the input.</summary>
    public Span<float> Spare(int length) => _spare.Region(0, length);

    /// <summary>How far the two halves of a step backwards are.</summary>
    public BackwardHalves Halves { get; } = new();

    /// <summary>The workspace of a worker that helps with this one's block, or this one. Whoever helps has no block.</summary>
    public Workspace WorkspaceOf(int worker) => worker == _worker ? this : _of(worker);

    /// <summary>Begins another block of images.</summary>
    public void Enter()
    {
        _passage++;
        _guest = default;
        BothHalves = false;
    }

    /// <summary>Whether something else was found in this workspace last than for a step of the owner's block: its worker, the owner or a helper, then finds that anew.</summary>
    public bool FindsAnew(Workspace owner, PlanStep step)
    {
        var guest = (owner, owner._passage, step);
        if (_guest == guest) return false;
        _guest = guest;
        return true;
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
        if (shares < 2 || !MayShare(multiplyAdds))
        {
            step.RunBlocks(this, part, 0, blocks, _worker);
            return;
        }

        (_step, _first) = (step, new Shares(part, blocks, shares));
        _context.ForParts(_worker, shares, _runShare);
    }

    /// <summary>Whether workers without images may take blocks of a part. Offered before anybody waits: who comes while a part runs would wait for its end.</summary>
    public bool MayShare(long multiplyAdds) => _context.Threads > 1 && !_context.HasItems && multiplyAdds >= LeastWork;

    /// <summary>Runs all blocks of two parts of a step that do not need each other: this workspace's worker begins with the first part, helpers of the other kind (even or odd) with the second, or with one share of the first if they waited.</summary>
    /// <param name="step">The step.</param>
    /// <param name="first">The first part, its number of blocks and what shares do again.</param>
    /// <param name="second">The second part.</param>
    public void RunEither(PlanStep step, (StepPart Part, int Blocks, ShareCost Cost) first, (StepPart Part, int Blocks, ShareCost Cost) second)
    {
        int waiting = _context.IdleWorkers;
        (_step, _first, _second) = (step, new Shares(first.Part, first.Blocks, first.Cost.Shares(first.Blocks, waiting)), new Shares(second.Part, second.Blocks, second.Cost.Shares(second.Blocks, waiting)));
        // Those of the second part are shorter. Where somebody waits already, a share of the first one is what it begins with, so that both end with those of the second.
        _firstBehind = waiting > 0 && _first.Count > 1 ? 1 : 0;
        _context.ForParts(_worker, _first.Count + _second.Count, _runEither);
    }

    public Span<float> ParameterGradient(in ParameterTarget target) => ParameterGradients!.Region(target.Slot.Offset, target.Slot.Length);

    /// <summary>The blocks of a part, in shares.</summary>
    private readonly record struct Shares(StepPart Part, int Blocks, int Count)
    {
        public void Run(Workspace workspace, int share, int worker) => workspace._step.RunBlocks(workspace, Part, ChannelBlocks.Start(Blocks, Count, share), ChannelBlocks.Start(Blocks, Count, share + 1), worker);
    }
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

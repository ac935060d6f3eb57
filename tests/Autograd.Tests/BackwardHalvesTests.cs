// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors;
using Xunit;

namespace Ai8x.Autograd.Tests;

/// <summary>Two parts of a step that several workers run at the same time, and where the second one may write.</summary>
public sealed class BackwardHalvesTests
{
    [Fact]
    public void SecondHalf_WhileSomebodyReadsTheInput_GoesApartToItsEnd()
    {
        var halves = new BackwardHalves();
        halves.Begin(4);
        halves.EndFirst(3);
        Assert.True(halves.GoesApart());
        halves.EndFirst(1);
        Assert.True(halves.GoesApart());
        Assert.True(halves.WentApart);
    }

    [Fact]
    public void SecondHalf_BegunBehindAllOfTheFirst_GoesToItsPlace()
    {
        var halves = new BackwardHalves();
        halves.Begin(1);
        Assert.True(halves.GoesApart());
        halves.Begin(4);
        halves.EndFirst(4);
        Assert.False(halves.GoesApart());
        Assert.False(halves.WentApart);
    }

    [Fact]
    public void Either_OfAWorkerAlone_BeginsWithTheFirstPart()
    {
        using var context = new ComputeContext(1);
        var step = new RecordingStep();
        var workspace = new Workspace(16, 0, context, 0, 0, _ => null!);
        workspace.RunEither(step, (StepPart.ParameterGradientsBeside, 4, ShareCost.Input), (StepPart.InputGradientBeside, 13, ShareCost.Nothing));
        Assert.Equal(4, step.Shares.TakeWhile(share => share.Part == StepPart.ParameterGradientsBeside).Count());
        Assert.Equal(Enumerable.Range(0, 13), Blocks(step, StepPart.InputGradientBeside));
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(5, 3)]
    public void Either_OfManyWorkers_RunsEveryBlockOfBothPartsOnce(int threads, int worker)
    {
        using var context = new ComputeContext(threads);
        for (int round = 0; round < 50; round++)
        {
            var step = new RecordingStep();
            var workspace = new Workspace(16, 0, context, worker, 0, _ => null!);
            workspace.RunEither(step, (StepPart.ParameterGradientsBeside, 4, ShareCost.Input), (StepPart.InputGradientBeside, 13, ShareCost.Nothing));
            Assert.Equal(Enumerable.Range(0, 4), Blocks(step, StepPart.ParameterGradientsBeside));
            Assert.Equal(Enumerable.Range(0, 13), Blocks(step, StepPart.InputGradientBeside));
        }
    }

    /// <summary>What the second half may lie on is refused while both run.</summary>
    [Fact]
    public void Floats_InBothHalves_MustBeInUseInTheSecond()
    {
        using var context = new ComputeContext(1);
        int backward = Moment.Backward(3);
        var region = new Region(16);
        region.UseAt(backward);
        var workspace = new Workspace(16, 0, context, 0, 0, _ => null!) { Moment = backward };
        Assert.Equal(16, workspace.Floats(region).Length);
        workspace.BothHalves = true;
        Assert.Throws<InvalidOperationException>(() => workspace.Floats(region).Length);
        Assert.Equal(16, workspace.Floats(region, backward).Length);
        region.UseAt(Moment.SecondHalf(backward));
        Assert.Equal(16, workspace.Floats(region).Length);
    }

    [Fact]
    public void FindsAnew_AnotherStepOrBlock_IsTrueOnce()
    {
        using var context = new ComputeContext(1);
        RecordingStep one = new(), other = new();
        Workspace owner = new(16, 0, context, 0, 0, _ => null!), helper = new(16, 0, context, 0, 0, _ => null!);
        owner.Enter();
        Assert.True(helper.FindsAnew(owner, one));
        Assert.False(helper.FindsAnew(owner, one));
        Assert.True(helper.FindsAnew(owner, other));
        owner.Enter();
        Assert.True(helper.FindsAnew(owner, other));
        helper.Enter();
        Assert.True(helper.FindsAnew(owner, other));
    }

    private static IEnumerable<int> Blocks(RecordingStep step, StepPart part) =>
        step.Shares.Where(share => share.Part == part).SelectMany(share => Enumerable.Range(share.From, share.To - share.From)).Order();

    private sealed class RecordingStep : PlanStep
    {
        private readonly Lock _gate = new();

        public List<(StepPart Part, int From, int To)> Shares { get; } = [];

        public override void Forward(Workspace workspace)
        {
        }

        public override void RunBlocks(Workspace workspace, StepPart part, int from, int to, int worker)
        {
            lock (_gate) Shares.Add((part, from, to));
        }
    }
}

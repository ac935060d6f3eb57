// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Tensors;

namespace Ai8x.Optim.Tests;

/// <summary>Ten steps of a small fixed problem: catches changes of meaning that no single unit test sees.</summary>
public class TrajectoryTests
{
    [Fact]
    public void TenSteps_OfASmallProblem_HaveThePinnedLosses()
    {
        double[] expected = [1.386017, 1.381814, 1.367967, 1.375773, 1.386702, 1.340557, 1.350838, 1.317558, 1.312624, 1.307025];
        var losses = new List<double>();
        double sum = 0;
        var progress = new Listener(news =>
        {
            if (news is not BatchProgress batch) return;
            losses.Add(batch.Loss * batch.Batch - sum);
            sum = batch.Loss * batch.Batch;
        });
        using var context = new ComputeContext(2);
        Model model = TinyModel.Build(seed: 1);
        new Trainer(model, new TrainingOptions { Epochs = 1, BatchSize = 16, LearningRate = 0.02, Seed = 1 }, context)
            .Run(new QuadrantSource(160), new QuadrantSource(10), progress, TestContext.Current.CancellationToken);

        Assert.Equal(10, losses.Count);
        for (int i = 0; i < 10; i++) Assert.Equal(expected[i], losses[i], 1e-4);
    }

    private sealed class Listener(Action<TrainingProgress> listen) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => listen(value);
    }
}

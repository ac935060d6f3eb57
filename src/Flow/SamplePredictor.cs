// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>Runs single samples of a data set through a network, to show or to save them with their predictions.</summary>
internal sealed class SamplePredictor : IDisposable
{
    /// <summary>Probability from which a sample stands for its class (training-flow.md section 2).</summary>
    public const float Confident = 0.75f;

    private const int BatchSize = 64;

    private readonly SampleSource _source;
    private readonly GraphRunner _runner;
    private readonly float _divisor;

    public SamplePredictor(NetworkGraph graph, SampleSource source, ComputeContext context)
    {
        _source = source;
        _runner = new GraphRunner(graph, context, BatchSize);
        _divisor = graph.InputScale ?? NetworkGraph.DefaultInputScale;
    }

    /// <summary>One sample with its prediction.</summary>
    public SavedSample Predict(int index) => Predict([index])[0];

    /// <summary>
    /// For each class the first sample, in the random order of the seed, that is of the class and taken for some class with at least
    /// <see cref="Confident"/> probability. Classes without such a sample are missing.
    /// </summary>
    public ImmutableArray<SavedSample> OnePerClass(ulong seed, CancellationToken cancellation)
    {
        var found = new SavedSample?[_source.ClassNames.Length];
        int[] order = RandomOrder(seed);
        for (int start = 0; start < order.Length && found.Contains(null); start += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] wanted = [.. order.Skip(start).Take(BatchSize).Where(index => found[_source.Label(index)] is null)];
            foreach (SavedSample sample in Predict(wanted))
            {
                if (found[sample.Label] is null && sample.Confidences[sample.Predicted] >= Confident) found[sample.Label] = sample;
            }
        }

        return [.. found.OfType<SavedSample>()];
    }

    /// <summary>The sample that a run shows where no class samples are asked for.</summary>
    public SavedSample Any(ulong seed) => Predict(RandomOrder(seed)[0]);

    public void Dispose() => _runner.Dispose();

    private int[] RandomOrder(ulong seed)
    {
        int[] order = EpochOrder.InOrder(_source.Count);
        var random = new CounterRandom(seed, RandomPurpose.Selection);
        for (int i = order.Length - 1; i > 0; i--)
        {
            int other = (int)((ulong)random.Bits(0, 0, 0, i) * (ulong)(i + 1) >> 32);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }

    private SavedSample[] Predict(int[] indices)
    {
        if (indices.Length == 0) return [];
        int size = _source.Shape.Count, classes = _source.ClassNames.Length;
        var samples = new sbyte[indices.Length * size];
        _source.Fill(indices, samples);
        var logits = new float[indices.Length * classes];
        _runner.Run(samples, indices.Length, _divisor, logits);
        return
        [
            .. indices.Select((index, i) => new SavedSample(
                index, _source.Label(index), logits[(i * classes)..((i + 1) * classes)], samples[(i * size)..((i + 1) * size)], _source.Shape)),
        ];
    }
}

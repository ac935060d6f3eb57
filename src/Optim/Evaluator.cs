// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Layers;
using Ai8x.Tensors;

namespace Ai8x.Optim;

/// <summary>
/// Runs a model over a data set without dropout and counts: mean loss, accuracy, confusion matrix. Keeps its memory, so it can be asked
/// again after the weights changed.
/// </summary>
public sealed class Evaluator : IDisposable
{
    /// <summary>Samples per batch; fixed, so that losses do not depend on a setting.</summary>
    private const int BatchSize = 256;

    private readonly SampleSource _source;
    private readonly int _inputScale;
    private readonly BatchLoader _loader;
    private readonly ExecutionPlan _plan;
    private readonly float[] _logits;
    private readonly int[] _order;

    /// <summary>Prepares the evaluation.</summary>
    /// <param name="model">The model; its present weights are read at each evaluation.</param>
    /// <param name="source">The samples.</param>
    /// <param name="context">The workers; must outlive the evaluator.</param>
    /// <param name="inputScale">Divisor of the sample bytes, 128 or 256.</param>
    /// <exception cref="TrainingConfigurationException">Model and data do not fit, or the input scale is neither 128 nor 256.</exception>
    public Evaluator(Model model, SampleSource source, ComputeContext context, int inputScale = 128)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(context);
        (new TrainingOptions { InputScale = inputScale }).Validate();
        DataAgreement.Check(model, source);
        _source = source;
        _inputScale = inputScale;
        _loader = new BatchLoader(source, BatchSize);
        _plan = new ExecutionPlan(model.Tape, model.Output, _loader.BatchSize, context, training: false);
        _logits = new float[_loader.BatchSize * source.ClassNames.Length];
        _order = EpochOrder.InOrder(source.Count);
    }

    /// <summary>Evaluates a model once.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The samples.</param>
    /// <param name="context">The workers.</param>
    /// <param name="inputScale">Divisor of the sample bytes, 128 or 256.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>Loss, accuracy and confusion matrix.</returns>
    /// <exception cref="TrainingConfigurationException">Model and data do not fit.</exception>
    /// <exception cref="NonFiniteException">A loss is not finite.</exception>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    public static EvaluationResult Evaluate(
        Model model, SampleSource source, ComputeContext context, int inputScale = 128, CancellationToken cancellation = default)
    {
        using var evaluator = new Evaluator(model, source, context, inputScale);
        return evaluator.Run(cancellation);
    }

    /// <summary>Evaluates the present weights over all samples in their own order.</summary>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>Loss, accuracy and confusion matrix.</returns>
    /// <exception cref="NonFiniteException">A loss is not finite.</exception>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    public EvaluationResult Run(CancellationToken cancellation = default)
    {
        var confusion = new ConfusionMatrix(_source.ClassNames);
        double loss = 0;
        long topFive = 0;
        foreach (Batch batch in _loader.Batches(_order))
        {
            cancellation.ThrowIfCancellationRequested();
            BatchResult result = _plan.Forward(batch, _inputScale, _logits);
            loss += result.LossSum + result.PenaltySum;
            topFive += result.TopFive;
            for (int i = 0; i < batch.Count; i++)
            {
                confusion.Add(batch.Labels[i], FirstLargest(_logits.AsSpan(i * confusion.Classes, confusion.Classes)));
            }
        }

        return new EvaluationResult(loss / _source.Count, confusion) { TopFive = (double)topFive / _source.Count };
    }

    /// <summary>Releases the memory of the plan.</summary>
    public void Dispose() => _plan.Dispose();

    private static int FirstLargest(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best]) best = i;
        }

        return best;
    }
}

// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Tensors;

namespace Ai8x.Optim;

/// <summary>
/// Trains a classifier by mini-batches (training-flow.md section 2): shuffles each epoch, minimises the softmax cross-entropy,
/// validates after each epoch, adapts the learning rate and writes checkpoints. The weights after any number of epochs depend on
/// model, options and data only, not on threads, vector widths, timing or interruptions.
/// </summary>
public sealed class Trainer
{
    private readonly Model _model;
    private readonly TrainingOptions _options;
    private readonly ComputeContext _context;

    /// <summary>Prepares training.</summary>
    /// <param name="model">The model; its parameters are changed in place.</param>
    /// <param name="options">How to train.</param>
    /// <param name="context">The workers; must outlive the run.</param>
    /// <exception cref="TrainingConfigurationException">An option is out of range.</exception>
    public Trainer(Model model, TrainingOptions options, ComputeContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        options.Validate();
        _model = model;
        _options = options;
        _context = context;
    }

    /// <summary>Trains until the last epoch of the options is done.</summary>
    /// <param name="training">Samples to learn from, shuffled each epoch; the last batch may be incomplete.</param>
    /// <param name="validation">Samples to validate on after each epoch.</param>
    /// <param name="progress">Receives a <see cref="BatchProgress"/> per batch and an <see cref="EpochProgress"/> per epoch, on the calling thread
    /// unless the implementation forwards them.</param>
    /// <param name="cancellation">Stops between batches; the checkpoints of the last complete epoch stay, and a run that resumes from
    /// them ends with the same bits.</param>
    /// <returns>The metrics of all epochs. The model holds the weights of the last one.</returns>
    /// <exception cref="TrainingConfigurationException">Model and data do not fit.</exception>
    /// <exception cref="CheckpointException">The checkpoint to resume from is missing, damaged, or of another configuration.</exception>
    /// <exception cref="TrainingDivergedException">A loss, gradient or weight is not finite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written or read.</exception>
    /// <exception cref="UnauthorizedAccessException">A checkpoint may not be written or read.</exception>
    public TrainingResult Run(
        SampleSource training, SampleSource validation, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        DataAgreement.Check(_model, training);
        DataAgreement.Check(_model, validation);
        DataAgreement.RequireImages(_options, training);
        RunCheckpoints? checkpoints = _options.CheckpointDirectory is null
            ? null
            : new RunCheckpoints(_options.CheckpointDirectory, RunConfiguration.Describe(_model, _options, training, validation));
        using var run = new TrainingRun(_model, _options, _context, training, validation, checkpoints);
        return run.Execute(progress, cancellation);
    }
}

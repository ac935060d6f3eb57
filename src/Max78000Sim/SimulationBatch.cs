// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Ai8x.Device;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Max78000Sim;

/// <summary>
/// Runs a program on many images over several threads, each with an accelerator of its own on which the program is loaded and derived once. The results do not depend on the number of
/// threads as long as every image brings its whole input.
/// </summary>
public static class SimulationBatch
{
    /// <summary>Runs all images.</summary>
    /// <param name="project">The program.</param>
    /// <param name="images">For each image the stores that bring it into the data memory or the FIFO; see <see cref="LoadedProject.SampleInput"/> for their form.</param>
    /// <param name="threads">Threads, 1 or more.</param>
    /// <param name="options">Behaviour; null takes the defaults.</param>
    /// <param name="progress">Told how many images are done, from any thread.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>One result for each image, in their order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is below 1.</exception>
    /// <exception cref="SimulationException">The accelerator refuses a program or an image; of several the fault of the first image.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static ImmutableArray<BatchImageResult> Run(
        LoadedProject project, IReadOnlyList<ImmutableArray<BusWrite>> images, int threads, AcceleratorOptions? options = null, IProgress<int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (images.Count == 0)
            return [];
        var first = new SimulationSession(project, options) { Cancellation = cancellation };
        SimulationSession[] others = [.. Enumerable.Range(1, Math.Min(threads, images.Count) - 1).Select(_ => first.Copy())];
        var batch = new Batch(project, images, progress, cancellation);

        // The first image alone derives the program, which all of them then share.
        batch.RunNext(first);
        foreach (SimulationSession other in others)
            other.Accelerator.ShareProgram(first.Accelerator);
        Thread[] workers = [.. others.Select(session => new Thread(() => batch.Work(session)) { IsBackground = true, Name = "ai8x simulation" })];
        foreach (Thread worker in workers)
            worker.Start();
        batch.Work(first);
        foreach (Thread worker in workers)
            worker.Join();
        return batch.Results();
    }

    private sealed class Batch(
        LoadedProject project, IReadOnlyList<ImmutableArray<BusWrite>> images, IProgress<int>? progress, CancellationToken cancellation)
    {
        private readonly BatchImageResult[] _results = new BatchImageResult[images.Count];
        private readonly Lock _lock = new();
        private (int Image, ExceptionDispatchInfo Fault)? _fault;
        private volatile bool _failed;
        private int _next;
        private int _done;

        public void Work(SimulationSession session)
        {
            while (RunNext(session))
            {
            }
        }

        /// <summary>Runs the next image, if there is one and none has failed.</summary>
        public bool RunNext(SimulationSession session)
        {
            int image = Interlocked.Increment(ref _next) - 1;
            if (image >= images.Count || _failed)
                return false;
            try
            {
                cancellation.ThrowIfCancellationRequested();
                _results[image] = Run(session, images[image]);
                progress?.Report(Interlocked.Increment(ref _done));
                return true;
            }
            catch (Exception fault) when (fault is FormatException or OperationCanceledException)
            {
                Fail(image, fault);
                return false;
            }
        }

        public ImmutableArray<BatchImageResult> Results()
        {
            _fault?.Fault.Throw();
            return [.. _results];
        }

        private BatchImageResult Run(SimulationSession session, ImmutableArray<BusWrite> image)
        {
            InferenceReport report = session.Run(image.AsSpan());
            return new BatchImageResult(Simulation.Compare(session.Accelerator, project.KnownAnswer).Output, session.Unload(), report);
        }

        private void Fail(int image, Exception fault)
        {
            _failed = true;
            lock (_lock)
            {
                if (_fault is null || image < _fault.Value.Image)
                    _fault = (image, ExceptionDispatchInfo.Capture(fault));
            }
        }
    }
}

/// <summary>What one image of a batch gave.</summary>
/// <param name="Output">The words at the places of the program's known answer, masked.</param>
/// <param name="Unloaded">The result buffer as the program's unload function fills it, or null without one.</param>
/// <param name="Inference">Cycles, in all and by layer.</param>
public sealed record BatchImageResult(ImmutableArray<KnownAnswerRecord> Output, byte[]? Unloaded, InferenceReport Inference);

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.CodeGen;
using Ai8x.Datasets;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.C;
using Ai8x.Networks;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>
/// The command <c>verify</c>: generates the C project, reads it back from its files, runs every image on the simulated accelerator and compares
/// three things bit for bit: memory with the known answer, the unloaded buffer with the integer reference, every layer with the reference.
/// </summary>
public static class VerificationFlow
{
    /// <summary>Checks the inputs that can be checked before a model exists, so that a training in front of it is not wasted.</summary>
    /// <param name="options">What to verify.</param>
    /// <exception cref="FlowException">There are no images.</exception>
    public static void CheckBeforeTraining(VerifyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        RequireFiles(options);
        if (options.ConfigFile is { } config) NetworkYaml.ReadFile(config);
        if (options.TestDirectory is not null) OutputFolder.Require(options.TestDirectory);
        if (options.SampleInput is not null) NpySample.Read(options.SampleInput);
    }

    /// <summary>Verifies a model from its file to the simulated chip.</summary>
    /// <param name="options">What to verify.</param>
    /// <param name="observer">Receives report lines and progress.</param>
    /// <param name="cancellation">Stops between images.</param>
    /// <returns>Whether all witnesses agree.</returns>
    /// <exception cref="FlowException">The inputs do not fit together.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static VerifyResult Run(VerifyOptions options, FlowObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(observer);
        RequireFiles(options);
        FeatureShape? sampleShape = options.SampleInput is { } file && Directory.Exists(options.CheckpointFile) ? Shape(NpySample.Read(file).Shape) : null;
        var synthesis = new NetworkSynthesis("verify", options.CheckpointFile, options.ConfigFile, sampleShape, options.Quantization);
        RewriteReport.Show(synthesis.Checkpoint.Graph, observer);
        PlannedDescription.Show(synthesis.Plan, observer);
        VerificationImages images = Images(options, synthesis, observer, cancellation);
        SynthesizedNetwork network = synthesis.Synthesize(images.Samples[0].AsSpan());
        string folder = options.TestDirectory is { } directory ? OutputFolder.Require(directory) : Directory.CreateTempSubdirectory("ai8x-verify-").FullName;
        try
        {
            string project = synthesis.WriteProject(network, options.Prefix, folder, images.SampleFile);
            foreach (string notice in synthesis.Notices.Concat(network.Notices)) observer.Line($"notice: {notice}");
            var verification = new ProjectVerification(network, CProjectReader.Read(project), images);
            VerifyResult result = verification.Run(options.Threads, observer, cancellation) with
            {
                ProjectDirectory = options.TestDirectory is null ? null : project,
                Rewrites = synthesis.Checkpoint.Graph?.Rewrites ?? [],
            };
            SimulationFlow.Report(result.Layers, result.TotalCycles, observer);
            observer.Line(result.Verdict);
            return result;
        }
        finally
        {
            if (options.TestDirectory is null) Directory.Delete(folder, recursive: true);
        }
    }

    private static void RequireFiles(VerifyOptions options)
    {
        if (options.ConfigFile is not null) InputFile.Require("--config-file", options.ConfigFile);
        if (options.SampleInput is not null) InputFile.Require("--sample-input", options.SampleInput);
    }

    private static VerificationImages Images(VerifyOptions options, NetworkSynthesis synthesis, FlowObserver observer, CancellationToken cancellation)
    {
        if (options.SampleInput is { } path) return new VerificationImages([synthesis.ReadSample(path)], [], path);
        string dataset = options.Dataset ?? throw new FlowException("verify needs --sample-input, or --dataset with --images.");
        DatasetParts data = DatasetLoading.Load(options, dataset, observer, cancellation);
        return VerificationImages.Take(data.Test, options.Images, synthesis.Checkpoint.Network.Input, dataset);
    }

    private static FeatureShape Shape(SampleShape shape) => new(shape.Height, shape.Width, shape.Channels);
}

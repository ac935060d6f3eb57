// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Security.Cryptography;
using Ai8x.CodeGen;
using Ai8x.CodeGen.Placement;
using Ai8x.CodeGen.Planning;
using Ai8x.Device.Limits;
using Ai8x.Networks;
using Ai8x.Quant;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>Model, description and sample, loaded and turned into a program: what <c>synthesize</c> and <c>verify</c> have in common.</summary>
internal sealed class NetworkSynthesis
{
    private readonly string _checkpoint;
    private readonly string? _configFile;

    // How the input reaches the first layer if nothing else was chosen: as planned, or by FIFO where the description lets the first layer stream.
    private readonly InputPath _path;

    /// <summary>
    /// Reads description and model; without description it is planned. The sample's shape stands in where the model is a folder of arrays. With options, a refusal also names what the
    /// placement would refuse.
    /// </summary>
    /// <exception cref="LimitException">The network breaks limits of the device.</exception>
    public NetworkSynthesis(string command, string checkpoint, string? configFile, FeatureShape? sampleShape, QuantizationChoices quantization, DescriptionChanges? changes = null, SynthesisOptions? options = null)
    {
        _checkpoint = checkpoint;
        _configFile = configFile;
        changes ??= new DescriptionChanges();
        InputFile.RequireFileOrFolder("--checkpoint-file", checkpoint);
        if (configFile is not null) InputFile.Require("--config-file", configFile);
        if (configFile is null)
        {
            (NetworkGraph graph, Plan) = PlannedDescription.For(command, checkpoint, quantization, options);
            Description = changes.Apply(Plan.Description);
            QuantizedNetwork quantized = Quantizer.Quantize(graph, Description, quantization.ToOptions());
            Checkpoint = new LoadedCheckpoint(changes.Apply(quantized), graph);
            Notices = [.. changes.WithoutEffect(Plan.Description), .. changes.WithoutEffect(quantized), .. WithoutEffect(quantization, Checkpoint)];
            _path = Plan.Synthesis.Input;
            return;
        }

        NetworkDescription read = NetworkYaml.ReadFile(configFile);
        Description = changes.Apply(read);
        if (Description.Layers[0].Streaming) _path = InputPath.Fifo;
        List<LimitViolation>? broken = options is null ? null : [];
        LoadedCheckpoint loaded = CheckpointLoading.Load(checkpoint, Description, sampleShape, quantization, broken);
        Checkpoint = loaded with { Network = changes.Apply(loaded.Network) };
        Notices = [.. changes.WithoutEffect(read), .. changes.WithoutEffect(loaded.Network), .. WithoutEffect(quantization, Checkpoint)];
        if (broken is { Count: > 0 }) throw new LimitException(Placer.Attempt(Checkpoint.Network, options, broken).Violations);
    }

    /// <summary>The plan, where no description was given.</summary>
    public NetworkPlan? Plan { get; }

    public NetworkDescription Description { get; }

    public LoadedCheckpoint Checkpoint { get; }

    /// <summary>Options that change nothing about this network, one sentence each.</summary>
    public ImmutableArray<string> Notices { get; }

    /// <summary>Reads a sample for this network.</summary>
    /// <returns>Values in <c>[C, H, W]</c> order.</returns>
    public ImmutableArray<sbyte> ReadSample(string path)
    {
        InputFile.Require("--sample-input", path);
        FeatureShape input = Checkpoint.Network.Input;
        return NpySample.Read(path, new SampleShape(input.Rows, input.Columns, input.Channels)).Values;
    }

    /// <summary>The program with the options that were chosen, or with those of the network.</summary>
    public SynthesizedNetwork Synthesize(ReadOnlySpan<sbyte> sample, SynthesisOptions? options = null) =>
        Synthesizer.Synthesize(Checkpoint.Network, sample, options ?? SynthesisOptions.Default with { Input = _path, Riscv = _path is InputPath.FastFifo or InputPath.FastFifoQuad });

    /// <summary>Writes the C project and returns its folder.</summary>
    public string WriteProject(SynthesizedNetwork network, string name, string folder, string? samplePath, ProjectOptions? options = null)
    {
        ImmutableArray<ProjectInput>.Builder inputs = ImmutableArray.CreateBuilder<ProjectInput>();
        if (File.Exists(_checkpoint)) inputs.Add(Input(_checkpoint));
        if (_configFile is not null) inputs.Add(Input(_configFile));
        if (samplePath is not null) inputs.Add(Input(samplePath));
        string project = CProjectWriter.Write(network.Program, network.Facts(name, ToolVersion.Text, inputs.ToImmutable()) with { Options = options ?? ProjectOptions.Default }, folder);
        if (Plan is not null) AtomicFile.WriteText(Path.Combine(project, PlannedDescription.FileName), PlanYaml.Write(Plan));
        return project;
    }

    private static IEnumerable<string> WithoutEffect(QuantizationChoices quantization, LoadedCheckpoint checkpoint)
    {
        if (quantization.KeepFirst && (checkpoint.Graph is null || (quantization.InputScale ?? checkpoint.Graph.InputScale) != 256))
            yield return "--keep-first changes nothing: only a model with input scale 256 has its first layer halved.";
        if (quantization.RoundAveragePooling && !checkpoint.Network.Layers.Any(layer => layer.Pooling is { Kind: PoolingKind.Average }))
            yield return "--avg-pool-rounding changes nothing: no layer pools by averages.";
    }

    private static ProjectInput Input(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return new ProjectInput(Path.GetFileName(path), Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}

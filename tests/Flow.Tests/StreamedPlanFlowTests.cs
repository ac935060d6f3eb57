// SPDX-License-Identifier: MIT
using System.Text.Json;
using Ai8x.CodeGen;
using Ai8x.CodeGen.Planning;
using Ai8x.Layers;
using Ai8x.Onnx;
using Ai8x.Tensors;

namespace Ai8x.Flow.Tests;

/// <summary>A model whose input of 3x256x256 has no room in data memory, from ONNX to a verified project without a description by hand.</summary>
public sealed class StreamedPlanFlowTests : IDisposable
{
    private const int Side = 256;

    private readonly string _folder = Directory.CreateTempSubdirectory("ai8x-streamed-").FullName;
    private readonly string _onnx;
    private readonly string _sample;

    public StreamedPlanFlowTests()
    {
        _onnx = Path.Combine(_folder, "model.onnx");
        _sample = Path.Combine(_folder, "sample.npy");
        var model = new Sequential(
            "large",
            new SampleShape(Side, Side, 3),
            new FusedConv2DReLU(8, 3, paddingSize: 1, useBias: false),
            new FusedMaxPoolConv2DReLU(16, 3, paddingSize: 1, poolSize: 4, poolStrides: 4),
            new FusedMaxPoolConv2DReLU(16, 3, paddingSize: 1, poolSize: 4, poolStrides: 4),
            new Flatten(),
            new FusedDense(5, wide: true));
        OnnxExporter.Export(_onnx, model.Build(3).ToGraph());
        Random random = new(1);
        NpyWriter.Write(_sample, NpyArray.Create<int>([.. Enumerable.Range(0, 3 * Side * Side).Select(_ => random.Next(-128, 128))], 3, Side, Side));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Plan_LetsTheFirstTwoLayersStream_AndSaysSoEverywhere()
    {
        string yaml = Path.Combine(_folder, "network.yaml"), svg = Path.Combine(_folder, "plan.svg"), json = Path.Combine(_folder, "plan.json");
        var observer = new RecordedLines();
        PlanResult result = PlanFlow.Run(
            new PlanCommandOptions { OnnxFile = _onnx, Output = yaml, Report = true, Explain = true, Drawing = svg }, observer, TestContext.Current.CancellationToken);
        ResultJson.Write(json, result);

        // The output of the first layer, 256x256 words, has no room either; that of the second, 64x64, has.
        Assert.Equal(2, result.Plan.StreamingLayers);
        string text = File.ReadAllText(yaml);
        Assert.Equal(2, text.Split("streaming: true").Length - 1);
        foreach (string reason in new[] { "The first 2 layers stream: synthesize this description with --fifo.", "without streaming there is no room in data memory", "Streams: of its input, 65,536 words in each instance, a ring holds" })
        {
            Assert.Contains(reason, text, StringComparison.Ordinal);
            Assert.Contains(reason, string.Join("\n", observer.Text), StringComparison.Ordinal);
        }

        Assert.Contains("Layers 0 to 1 stream at the same time", File.ReadAllText(svg), StringComparison.Ordinal);
        JsonElement root = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        Assert.Equal((2, "fifo", "CHW"), (root.GetProperty("streamingLayers").GetInt32(), root.GetProperty("input").GetString(), root.GetProperty("dataFormat").GetString()));
        Assert.Equal(12, root.GetProperty("layers")[0].GetProperty("ringWords").GetInt32());
        Assert.Contains(root.GetProperty("layers")[1].GetProperty("reasons").EnumerateArray(), reason => reason.GetString()!.StartsWith("Streams:", StringComparison.Ordinal));
        Assert.Equal(JsonValueKind.Array, root.GetProperty("rewrites").ValueKind);
    }

    [Fact]
    public void Project_FeedsTheFifo_AndIsVerified()
    {
        SynthesizeResult planned = Synthesize("planned", null, SynthesisOptions.Default);
        string main = File.ReadAllText(Path.Combine(planned.ProjectDirectory, "main.c"));
        Assert.Contains("// Wait for FIFO 2", main, StringComparison.Ordinal);
        Assert.Contains("// Write FIFO 2", main, StringComparison.Ordinal);
        SimulateResult run = SimulationFlow.Run(new SimulateOptions { Directory = planned.ProjectDirectory }, FlowObserver.Silent, TestContext.Current.CancellationToken);
        Assert.True(run.Passed, run.Verdict);
        Assert.Equal(planned.TotalCycles, run.TotalEstimate);

        // The description, fed back with the option that its comment names, gives the same network.
        string yaml = Path.Combine(planned.ProjectDirectory, "network.yaml");
        SynthesizeResult again = Synthesize("again", yaml, SynthesisOptions.Default with { Input = InputPath.Fifo });
        foreach (string file in new[] { "weights.h", "cnn.c" }) Assert.Equal(Code(planned, file), Code(again, file));
        Assert.Equal(planned.TotalCycles, again.TotalCycles);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Verification_ComparesEveryLayer(bool withDescription)
    {
        string yaml = Path.Combine(_folder, "network.yaml");
        if (withDescription) PlanFlow.Run(new PlanCommandOptions { OnnxFile = _onnx, Output = yaml }, FlowObserver.Silent, TestContext.Current.CancellationToken);
        VerifyResult result = VerificationFlow.Run(
            new VerifyOptions { CheckpointFile = _onnx, ConfigFile = withDescription ? yaml : null, SampleInput = _sample }, FlowObserver.Silent, TestContext.Current.CancellationToken);
        Assert.True(result.Passed, result.Verdict);
    }

    /// <summary>With the RISC-V core the fast FIFO feeds all quadrants, each of which computes a quarter of the first layer's channels, where its rules allow.</summary>
    [Fact]
    public void RiscvCore_MayUseTheFastFifo()
    {
        PlanResult arm = PlanFlow.Run(new PlanCommandOptions { OnnxFile = _onnx, Output = Path.Combine(_folder, "arm.yaml") }, FlowObserver.Silent, TestContext.Current.CancellationToken);
        PlanResult riscv = PlanFlow.Run(new PlanCommandOptions { OnnxFile = _onnx, Output = Path.Combine(_folder, "riscv.yaml"), Riscv = true }, FlowObserver.Silent, TestContext.Current.CancellationToken);
        Assert.Equal(InputPath.Fifo, arm.Plan.Synthesis.Input);
        Assert.Equal(InputPath.FastFifoQuad, riscv.Plan.Synthesis.Input);
        Assert.True(riscv.Plan.Cycles < arm.Plan.Cycles);
        SynthesizeResult project = Synthesize("riscv", null, SynthesisOptions.Default with { Riscv = true }, new ProjectOptions { Riscv = new RiscvOptions(Flash: true, Cache: true) });
        SimulateResult run = SimulationFlow.Run(new SimulateOptions { Directory = project.ProjectDirectory }, FlowObserver.Silent, TestContext.Current.CancellationToken);
        Assert.True(run.Passed, run.Verdict);
    }

    /// <summary>A file without the comment in front, which names the project and what it was made from.</summary>
    private static string Code(SynthesizeResult result, string file)
    {
        string text = File.ReadAllText(Path.Combine(result.ProjectDirectory, file));
        return text[text.IndexOf("*/", StringComparison.Ordinal)..];
    }

    private SynthesizeResult Synthesize(string prefix, string? config, SynthesisOptions program, ProjectOptions? project = null) => SynthesisFlow.Run(
        new SynthesizeOptions { CheckpointFile = _onnx, ConfigFile = config, SampleInput = _sample, Prefix = prefix, TestDirectory = _folder, Program = program, Project = project ?? ProjectOptions.Default },
        FlowObserver.Silent,
        TestContext.Current.CancellationToken);
}

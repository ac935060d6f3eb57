// SPDX-License-Identifier: MIT
using Ai8x.CodeGen;
using Ai8x.Networks;
using Ai8x.Onnx;

namespace Ai8x.Flow.Tests;

public sealed class SynthesisFlowTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(32)]
    public void SmallNetwork_IsVerifiedFromFileToSimulatedChip(int outputWidth)
    {
        using var network = new SmallNetwork(outputWidth);
        VerifyResult result = network.Verify();
        Assert.True(result.Passed, result.Verdict);
        Assert.Equal(4, result.Layers.Length);
        Assert.Equal(5 * 9 * 8 + 6 * 6 * 6 + 3 * 3 * 3 + 7, result.ComparedValues);
    }

    [Fact]
    public void SimulatedCycles_EqualTheClosedFormulas()
    {
        using var network = new SmallNetwork();
        SynthesizeResult estimate = network.Synthesize();
        SimulateResult run = SimulationFlow.Run(new SimulateOptions { Directory = estimate.ProjectDirectory }, FlowObserver.Silent, CancellationToken.None);
        Assert.True(run.Passed, run.Verdict);
        Assert.Equal(estimate.Layers.Select(l => l.Cycles), run.Layers.Select(l => l.Cycles));
        Assert.Equal(estimate.TotalCycles, run.TotalCycles);
    }

    [Fact]
    public void VectorFiles_GiveTheResultOfTheCProject()
    {
        using var network = new SmallNetwork();
        SimulateResult project = SimulationFlow.Run(new SimulateOptions { Directory = network.Synthesize().ProjectDirectory }, FlowObserver.Silent, CancellationToken.None);
        SimulateResult vectors = SimulationFlow.Run(new SimulateOptions { Directory = Path.Combine(network.Folder, "vectors"), Vectors = true }, FlowObserver.Silent, CancellationToken.None);
        Assert.True(vectors.Passed, vectors.Verdict);
        Assert.Equal(project.Output.SelectMany(r => r.Words), vectors.Output.SelectMany(r => r.Words));
        Assert.Equal(project.TotalCycles, vectors.TotalCycles);
    }

    [Fact]
    public void AChangedKnownAnswer_IsReportedWithItsAddress()
    {
        using var network = new SmallNetwork();
        string project = network.Synthesize().ProjectDirectory;
        string file = Path.Combine(project, "sampleoutput.h");
        string text = File.ReadAllText(file);
        int at = text.IndexOf("0x", text.IndexOf("0x", text.IndexOf("0x", text.IndexOf("0x", StringComparison.Ordinal) + 2, StringComparison.Ordinal) + 2, StringComparison.Ordinal) + 2, StringComparison.Ordinal) + 9;
        File.WriteAllText(file, text[..at] + (text[at] == '0' ? '1' : '0') + text[(at + 1)..]);
        SimulateResult run = SimulationFlow.Run(new SimulateOptions { Directory = project }, FlowObserver.Silent, CancellationToken.None);
        Assert.False(run.Passed);
        Assert.Equal(1, run.MismatchCount);
        Assert.Contains($"0x{Assert.Single(run.FirstMismatches).Address:x8}", run.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void InputScale256_HalvesTheFirstLayer_UnlessKept()
    {
        using var halved = new SmallNetwork(inputScale: 256);
        using var plain = new SmallNetwork(inputScale: 128);
        string Weights(SmallNetwork network, QuantizationChoices choices) =>
            File.ReadAllText(Path.Combine(network.Synthesize(choices).ProjectDirectory, "weights.h"));
        string full = Weights(plain, new QuantizationChoices());
        Assert.NotEqual(full, Weights(halved, new QuantizationChoices()));
        Assert.Equal(full, Weights(halved, new QuantizationChoices { KeepFirst = true }));
        Assert.Equal(full, Weights(halved, new QuantizationChoices { InputScale = 128 }));
        Assert.Equal(Weights(halved, new QuantizationChoices()), Weights(plain, new QuantizationChoices { InputScale = 256 }));
    }

    [Fact]
    public void Projects_AreTheSameBytesEveryTime()
    {
        using var network = new SmallNetwork();
        string project = network.Synthesize().ProjectDirectory;
        Dictionary<string, string> first = Directory.GetFiles(project).ToDictionary(file => file, File.ReadAllText);
        network.Synthesize();
        Assert.All(first, file => Assert.Equal(file.Value, File.ReadAllText(file.Key)));
        Assert.Equal(first.Count, Directory.GetFiles(project).Length);
    }

    [Fact]
    public void DequantizedModel_HoldsMultiplesOfOneIn128()
    {
        using var network = new SmallNetwork();
        string path = network.Synthesize(dequantized: true).DequantizedFile!;
        NetworkGraph graph = OnnxImporter.Import(path);
        Assert.All(graph.Layers.SelectMany(layer => layer.Weights), weight => Assert.Equal(MathF.Round(weight * 128), weight * 128));
    }

    [Theory]
    [InlineData(256, false, 128)]
    [InlineData(256, true, 256)]
    [InlineData(128, false, 128)]
    public void DequantizedModel_SaysWhatItsInputIsDividedBy(int inputScale, bool keepFirst, int expected)
    {
        using var network = new SmallNetwork(inputScale: inputScale);
        string path = network.Synthesize(new QuantizationChoices { KeepFirst = keepFirst }, dequantized: true).DequantizedFile!;
        Assert.Equal(expected, OnnxImporter.Import(path).InputScale);
    }

    [Fact]
    public void WithoutDescription_TheModelIsPlanned_AndThePlanLiesInTheProject()
    {
        using var network = new SmallNetwork();
        string folder = Directory.CreateTempSubdirectory("ai8x-plan-").FullName;
        try
        {
            SynthesizeResult result = SynthesisFlow.Run(
                new SynthesizeOptions { CheckpointFile = network.Onnx, ConfigFile = null, SampleInput = network.Sample, Prefix = "p", TestDirectory = folder },
                FlowObserver.Silent,
                CancellationToken.None);
            NetworkDescription planned = NetworkYaml.ReadFile(Path.Combine(result.ProjectDirectory, "network.yaml"));
            Assert.Equal(result.Layers.Length, planned.Layers.Length);
            SimulateResult simulated = SimulationFlow.Run(new SimulateOptions { Directory = result.ProjectDirectory }, FlowObserver.Silent, CancellationToken.None);
            Assert.True(simulated.Passed);
            Assert.Equal(result.TotalCycles, simulated.TotalCycles);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void IntegerArraysWithoutDescription_AreRefused()
    {
        using var network = new SmallNetwork();
        FlowException error = Assert.Throws<FlowException>(() => SynthesisFlow.Run(
            new SynthesizeOptions { CheckpointFile = Path.GetTempPath(), ConfigFile = null, SampleInput = network.Sample, Prefix = "p" },
            FlowObserver.Silent,
            CancellationToken.None));
        Assert.Contains("--config-file", error.Message, StringComparison.Ordinal);
    }
}

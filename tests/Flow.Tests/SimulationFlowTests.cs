// SPDX-License-Identifier: MIT
using System.Text.Json;
using Ai8x.Max78000Sim;
using Ai8x.Tensors;

namespace Ai8x.Flow.Tests;

/// <summary>What <c>simulate</c> does besides the known answer.</summary>
public sealed class SimulationFlowTests : IDisposable
{
    private readonly SmallNetwork _network = new();
    private readonly string _project;

    public SimulationFlowTests() => _project = _network.Synthesize().ProjectDirectory;

    public void Dispose() => _network.Dispose();

    [Fact]
    public void DumpedLayers_CompareEqual_AsSlotsAndAsChannels()
    {
        SimulateResult slots = Run(o => o with { DumpLayers = At("slots") });
        Assert.True(slots.Passed);
        Assert.Equal(4, Run(o => o with { Compare = At("slots") }).ComparedLayers);

        SimulateResult channels = Run(o => Described(o) with { DumpLayers = At("channels"), Compare = null });
        Assert.True(channels.Passed);
        Assert.Equal([5, 9, 8], NpyReader.Read(Path.Combine(At("channels"), "layer_00_out.npy")).Shape);
        SimulateResult compared = Run(o => Described(o) with { Compare = At("channels") });
        Assert.True(compared.Passed);
        Assert.Contains("4 layers are as expected", compared.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void FirstDifference_IsNamedWithLayerPixelChannelAndCycle()
    {
        Run(o => o with { DumpLayers = At("expected") });
        string file = Path.Combine(At("expected"), "layer_01_out.npy");
        NpyArray array = NpyReader.Read(file);
        int[] values = [.. array.ToInt64Array().Select(v => (int)v)];
        int rows = array.Shape[1], columns = array.Shape[2], changed = (2 * rows + 1) * columns + 3;
        values[changed]++;
        values[changed + 1]--;
        NpyWriter.Write(file, NpyArray.Create<int>(values, [.. array.Shape]));

        SimulateResult run = Run(o => o with { Compare = At("expected") });
        Assert.False(run.Passed);
        Assert.Equal(0, run.MismatchCount);
        LayerDifference difference = run.Difference!;
        Assert.Equal((1, "second", 2, 1, 3), (difference.Layer, difference.Name, difference.Channel, difference.Row, difference.Column));
        Assert.Equal(difference.Actual + 1, difference.Expected);
        Assert.InRange(difference.Cycle, 1 + run.Layers[0].Cycles, run.Layers[0].Cycles + run.Layers[1].Cycles);
        Assert.Contains($"layer 1 \"second\" differs first at row 1, column 3, slot 2, cycle {difference.Cycle}", run.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void ExpectedArraysOfAnotherShape_AreRefused()
    {
        Run(o => o with { DumpLayers = At("expected") });
        NpyWriter.Write(Path.Combine(At("expected"), "layer_00_out.npy"), NpyArray.Create<int>([1, 2, 3], 3, 1, 1));
        Assert.Contains("layer_00_out.npy' has shape (3, 1, 1)", Refusal(o => o with { Compare = At("expected") }), StringComparison.Ordinal);
        NpyWriter.Write(Path.Combine(At("expected"), "layer_00_out.npy"), NpyArray.Create<int>(new int[5 * 9 * 8], 5, 8, 9));
        Assert.Contains("layer_00_out.npy' has shape (5, 8, 9)", Refusal(o => o with { Compare = At("expected") }), StringComparison.Ordinal);
        Directory.CreateDirectory(At("empty"));
        Assert.Contains("holds no expected layer", Refusal(o => o with { Compare = At("empty") }), StringComparison.Ordinal);
    }

    [Fact]
    public void UntilLayer_StopsThere_AndDoesNotCheckTheAnswer()
    {
        SimulateResult run = Run(o => o with { UntilLayer = 1, DumpLayers = At("dump") });
        Assert.Equal([0, 1], run.Layers.Select(layer => layer.Index));
        Assert.False(run.KnownAnswerChecked);
        Assert.Contains("was not checked", run.Verdict, StringComparison.Ordinal);
        Assert.Equal(["layer_00_out.npy", "layer_01_out.npy"], Directory.EnumerateFiles(At("dump")).Select(Path.GetFileName).Order());
        Assert.Contains("ends with layer 3", Refusal(o => o with { UntilLayer = 7 }), StringComparison.Ordinal);
        Assert.Contains("do not go together", Refusal(o => o with { UntilLayer = 1, Images = 2 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Traces_AreWrittenByExtension()
    {
        string json = At("run.json"), vcd = At("run.vcd"), csv = At("run.csv");
        SimulateResult run = Run(o => o with { Traces = [json, vcd, csv], Window = (10, 60) });
        using JsonDocument events = JsonDocument.Parse(File.ReadAllBytes(json));
        long cycles = events.RootElement.GetProperty("traceEvents").EnumerateArray()
            .Where(e => e.GetProperty("ph").GetString() == "X" && e.GetProperty("tid").GetInt32() == 1).Sum(e => e.GetProperty("args").GetProperty("cycles").GetInt64());
        Assert.Equal(run.TotalCycles, cycles);
        Assert.Equal(50 + 1, File.ReadAllLines(csv).Length);
        Assert.Contains("\n#10\n", File.ReadAllText(vcd), StringComparison.Ordinal);
        Assert.EndsWith("\n#60\n", File.ReadAllText(vcd), StringComparison.Ordinal);
    }

    [Fact]
    public void TraceThatCannotBeWritten_IsRefused_AndNoFileIsLeft()
    {
        Assert.Contains("the extension says", Refusal(o => o with { Traces = [At("run.txt")] }), StringComparison.Ordinal);
        Assert.Contains("--window needs", Refusal(o => o with { Traces = [At("run.json")], Window = (0, 5) }), StringComparison.Ordinal);
        Assert.Contains("the inference has cycles 0 to", Refusal(o => o with { Traces = [At("run.vcd")], Window = (0, 100_000_000) }), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_network.Folder, "run.*"));
    }

    [Fact]
    public void ManyImages_GiveTheSameAnswer()
    {
        SimulateResult run = Run(o => o with { Images = 12, Threads = 3 });
        Assert.True(run.Passed);
        Assert.Equal((12, 0), (run.Images, run.DifferingImages));
        Assert.True(run.MicrosecondsPerImage > 0);
    }

    [Fact]
    public void FolderOfIntegerArrays_StandsForTheModel()
    {
        string arrays = At("arrays");
        Directory.CreateDirectory(arrays);
        int[][] shapes = [[5, 2, 3, 3], [6, 5, 3, 3], [3, 6, 1, 1], [7, 27]];
        for (int layer = 0; layer < shapes.Length; layer++)
            NpyWriter.Write(Path.Combine(arrays, $"weights_layer{layer}.npy"), NpyArray.Create<int>(new int[shapes[layer].Aggregate((a, b) => a * b)], shapes[layer]));
        Assert.Contains("--sample-input", Refusal(o => o with { ConfigFile = _network.Yaml, CheckpointFile = arrays }), StringComparison.Ordinal);

        Run(o => Described(o) with { DumpLayers = At("channels") });
        SimulateResult given = Run(o => o with { ConfigFile = _network.Yaml, CheckpointFile = arrays, SampleInput = _network.Sample, Compare = At("channels") });
        Assert.True(given.Passed && given.ComparedLayers == 4);
        File.Copy(_network.Sample, Path.Combine(arrays, "sample.npy"));
        Assert.True(Run(o => o with { ConfigFile = _network.Yaml, CheckpointFile = arrays, Compare = At("channels") }).Passed);
    }

    [Fact]
    public void DescriptionWithoutItsModel_IsRefused() =>
        Assert.Contains("go together", Refusal(o => o with { ConfigFile = _network.Yaml }), StringComparison.Ordinal);

    [Fact]
    public void Json_HoldsTheContract_AndTheDetails()
    {
        SimulateResult run = Run(o => o);
        string path = At("result.json");
        ResultJson.Write(path, run);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement root = document.RootElement;
        Assert.True(root.GetProperty("passed").GetBoolean());
        Assert.Equal(0, root.GetProperty("mismatches").GetProperty("count").GetInt32());
        Assert.Equal(0, root.GetProperty("mismatches").GetProperty("first").GetArrayLength());
        Assert.Equal(run.TotalCycles, root.GetProperty("cycles").GetInt64());
        Assert.Equal(["first", "second", "third", "last"], root.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("name").GetString()));
        Assert.Equal(run.TotalCycles, 1 + root.GetProperty("layers").EnumerateArray().Sum(l => l.GetProperty("cycles").GetInt64()));
        Assert.All(root.GetProperty("layers").EnumerateArray(), l => Assert.Equal(l.GetProperty("cycles").GetInt64(), l.GetProperty("estimate").GetInt64()));
        JsonElement record = root.GetProperty("output")[0];
        Assert.Matches("^0x[0-9a-f]{8}$", record.GetProperty("address").GetString());
        Assert.Matches("^0x[0-9a-f]{8}$", record.GetProperty("mask").GetString());
        Assert.Matches("^0x[0-9a-f]{8}$", record.GetProperty("words")[0].GetString());
        Assert.Contains("load_input", root.GetProperty("bus").EnumerateArray().Select(b => b.GetProperty("function").GetString()));
        Assert.True(root.GetProperty("energyEstimate").GetProperty("error").GetDouble() > 0);
    }

    private SimulateOptions Described(SimulateOptions options) => options with { ConfigFile = _network.Yaml, CheckpointFile = _network.Onnx };

    private string At(string name) => Path.Combine(_network.Folder, name);

    private SimulateResult Run(Func<SimulateOptions, SimulateOptions> change) =>
        SimulationFlow.Run(change(new SimulateOptions { Directory = _project }), FlowObserver.Silent, CancellationToken.None);

    private string Refusal(Func<SimulateOptions, SimulateOptions> change) => Assert.Throws<FlowException>(() => Run(change)).Message;
}

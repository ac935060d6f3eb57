// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Planning;
using Ai8x.CodeGen.Tests.CProject;

namespace Ai8x.CodeGen.Tests.Planning;

/// <summary>The C project of a plan that streams: it compiles without a warning, feeds the FIFOs while the network runs and finds its known answer.</summary>
public sealed class StreamedProjectTests
{
    [Fact]
    public void Project_CompilesForTheTarget_WithoutAWarning()
    {
        NativeBuild.SkipUnlessThere("arm-none-eabi-gcc");
        SynthesizedNetwork network = Streamed();
        using NativeBuild build = new(network.Program, network.Facts("net", "1.0.0", []));
        build.Compile("arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-O2", "-c", "cnn.c", "main.c", "softmax.c");
    }

    [Fact]
    public void Project_RunNatively_FeedsTheFifosAndFindsItsKnownAnswer()
    {
        NativeBuild.SkipUnlessNativeRuns();
        SynthesizedNetwork network = Streamed();
        using NativeBuild build = new(network.Program, network.Facts("net", "1.0.0", []));
        build.Compile("gcc", "-O1", "-o", "program", "cnn.c", "main.c", "softmax.c", NativeBuild.StandIn("standin.c"), NativeBuild.Harness("plain_bus.c"));
        build.WriteMemory(network.Program.KnownAnswer.SelectMany(r => r.Words.Select((word, i) => (r.Address + 4 * (uint)i, word))).GroupBy(w => w.Item1).ToDictionary(w => w.Key, w => w.Aggregate(0u, (word, part) => word | part.word)));
        (int code, string output) = build.Run();
        Assert.True(code == 0, output);
        Assert.Contains("PASS", output, StringComparison.Ordinal);

        // The last word of each FIFO is the last that the program stored there.
        Dictionary<uint, uint> stores = build.ReadStores();
        Assert.All(network.Program.Inputs, block => Assert.Equal(block.Words[^1], stores[block.Address]));
        Assert.All(network.Program.Inputs, block => Assert.InRange(block.Address, 0x50000008u, 0x50000014u));
    }

    private static SynthesizedNetwork Streamed()
    {
        for (int seed = 0; ; seed++)
        {
            LargeGraph graph = LargeGraph.Random(seed, mostSide: 300, mostProducts: 20_000_000);
            if (graph.InputFits) continue;
            NetworkPlan plan = Planner.Plan(graph.Description, graph.Quantize, cancellation: TestContext.Current.CancellationToken);
            Assert.True(plan.StreamingLayers > 0);
            return Synthesizer.Synthesize(plan.Network, [.. Enumerable.Range(0, graph.Input.Count).Select(i => (sbyte)(i % 127 + 1))], plan.Synthesis);
        }
    }
}

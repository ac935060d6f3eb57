// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Tests.CProject;

namespace Ai8x.CodeGen.Tests.Generator;

/// <summary>The C project of networks that went through the whole generator.</summary>
public sealed class SynthesizedProjectTests
{
    [Fact]
    public void Project_CompilesForTheTarget_WithoutAWarning()
    {
        NativeBuild.SkipUnlessThere("arm-none-eabi-gcc");
        SynthesizedNetwork network = Mnist();
        using var build = new NativeBuild(network.Program, Facts(network));
        build.Compile("arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-O2", "-c", "cnn.c", "main.c", "softmax.c");
    }

    [Fact]
    public void Project_RunNatively_FindsItsKnownAnswer()
    {
        NativeBuild.SkipUnlessNativeRuns();
        SynthesizedNetwork network = Mnist();
        using var build = new NativeBuild(network.Program, Facts(network));
        build.Compile("gcc", "-O1", "-o", "program", "cnn.c", "main.c", "softmax.c", NativeBuild.StandIn("standin.c"), NativeBuild.Harness("plain_bus.c"));
        build.WriteMemory(network.Program.KnownAnswer.SelectMany(r => r.Words.Select((word, i) => (r.Address + 4 * (uint)i, word))).ToDictionary(w => w.Item1, w => w.word));
        (int code, string output) = build.Run();
        Assert.True(code == 0, output);
        Assert.Contains("PASS", output, StringComparison.Ordinal);
    }

    private static SynthesizedNetwork Mnist() => Networks.Synthesize(Networks.Mnist(new Random(3)), new() { Softmax = true });

    private static ProjectFacts Facts(SynthesizedNetwork network) => network.Facts("net", "1.0.0", [new("net.yaml", new string('0', 64))]);
}

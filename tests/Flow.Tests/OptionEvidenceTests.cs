// SPDX-License-Identifier: MIT
using Ai8x.CodeGen;

namespace Ai8x.Flow.Tests;

/// <summary>An option either changes the program or is an error; none is ignored.</summary>
public sealed class OptionEvidenceTests
{
    [Theory]
    [InlineData("--override")]
    [InlineData("--increase-start")]
    [InlineData("--allow-streaming")]
    [InlineData("--legacy-test")]
    [InlineData("--ready-sel-fifo")]
    [InlineData("--fast-fifo")]
    public void Option_WithNothingToActOn_IsRefused(string option)
    {
        SynthesisOptions options = option switch
        {
            "--override" => new() { OverrideRollover = 5 },
            "--increase-start" => new() { IncreaseStart = 3 },
            "--allow-streaming" => new() { AllowStreaming = true },
            "--legacy-test" => new() { LegacyTest = true },
            "--ready-sel-fifo" => new() { ReadySelectFifo = 1 },
            _ => new() { Input = InputPath.FastFifo },
        };
        using var network = new SmallNetwork();
        var error = Assert.Throws<FlowException>(() => Synthesize(network, options));
        Assert.Contains(option, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(network.Folder, "projects")));
    }

    public static TheoryData<string> Changing => ["--no-mexpress", "--old-kernel-loader", "--mlator", "--zero-sram", "--init-tram", "--powerdown", "--simple1b", "--stop-start", "--ready-sel", "--ext-rdy"];

    [Theory]
    [MemberData(nameof(Changing))]
    public void Option_ThatChangesTheProgram_ChangesItOrIsRefused(string option)
    {
        SynthesisOptions options = option switch
        {
            "--no-mexpress" => new() { ExpressKernels = false },
            "--old-kernel-loader" => new() { OldKernelLoader = true },
            "--mlator" => new() { Mlator = true },
            "--zero-sram" => new() { ZeroMemories = true },
            "--init-tram" => new() { InitializeRowMemories = true },
            "--powerdown" => new() { PowerDown = true },
            "--simple1b" => new() { Simple1Bit = true },
            "--stop-start" => new() { StopStart = true },
            "--ready-sel" => new() { ReadySelect = 2 },
            _ => new() { ExternalReady = true },
        };
        using var network = new SmallNetwork();
        string plain = Project(Synthesize(network, SynthesisOptions.Default));
        try
        {
            Assert.NotEqual(plain, Project(Synthesize(network, options)));
        }
        catch (Exception refusal) when (FlowFailure.Describe(refusal) is not null)
        {
            Assert.NotEqual("", refusal.Message);
        }
    }

    private static SynthesizeResult Synthesize(SmallNetwork network, SynthesisOptions options) => SynthesisFlow.Run(
        new SynthesizeOptions { CheckpointFile = network.Onnx, ConfigFile = network.Yaml, SampleInput = network.Sample, Prefix = "small", TestDirectory = Path.Combine(network.Folder, "projects"), Program = options },
        FlowObserver.Silent,
        CancellationToken.None);

    private static string Project(SynthesizeResult result) => string.Concat(Directory.EnumerateFiles(result.ProjectDirectory).Order(StringComparer.Ordinal).Select(File.ReadAllText));
}

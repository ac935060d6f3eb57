// SPDX-License-Identifier: MIT
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Acceptance;

/// <summary>Same seed, same bits: whatever the number of threads and the width of the vectors.</summary>
public sealed class BitIdentityTests
{
    /// <summary>Batch 19 is one full block of 16 images and a partial one.</summary>
    internal const string Batch = "19";

    /// <summary>
    /// The weights of the small models after 50 and after 2 steps, on every machine: all sums of the first are chains, convolutions of the second and the weight gradient of one are filtered. Other bits are a decision: it is recorded in CHANGELOG.md.
    /// </summary>
    internal const string AfterFiftySteps = "sha256 af35ffb1c94ed415649e63612c0ce19b1c8aebb5404b697ccb614b19c55fa6fa";
    internal const string AfterTwoSteps = "sha256 17b939e2fb5bf30c65cb4ce02228c7e9ff1f0e7bc18e64c949300d93d5240199";
    internal const string FilteredAfterFiftySteps = "sha256 1ccb72797a129f7b830e870c39fe5ac96460613fa75a37616ea24c7d4a9bd5be";
    internal const string FilteredAfterTwoSteps = "sha256 84cc4f8d97b7b3404a8d877abff33ba1730f720e8c285d15b7a76fdff10a7bc9";

    /// <summary>All samples of augmented recordings; they too are the same everywhere.</summary>
    internal const string OfAugmentation = "sha256 a908e7591b5e3f1350d41f4276653c1cf2306e777c24ce41390bd54c2bbb4a07";

    [Theory]
    [InlineData("tiny", AfterFiftySteps)]
    [InlineData("filtered", FilteredAfterFiftySteps)]
    public void WeightsAfterFiftySteps_HaveOneHash_ForEveryThreadCountAndVectorWidth(string model, string hash)
    {
        foreach (string threads in new[] { "1", "2", "5" }) Assert.Equal(hash, Train(Everything, model, "50", threads));
        foreach ((string, string?) hardware in Reduced) Assert.Equal(hash, Train(hardware, model, "50", "2"));
    }

    [Theory]
    [InlineData("tiny", AfterTwoSteps)]
    [InlineData("filtered", FilteredAfterTwoSteps)]
    public void WeightsAfterTwoSteps_HaveOneHash_WithoutAnyHardwareIntrinsics(string model, string hash)
    {
        Assert.Equal(hash, Train(Everything, model, "2", "1"));
        Assert.Equal(hash, Train(WithoutIntrinsics, model, "2", "2"));
    }

    [Fact]
    public void AugmentedRecordings_HaveOneHash_ForProcessorCountsAndSwitchedOffInstructionSets()
    {
        foreach ((string, string?) hardware in (IEnumerable<(string, string?)>)[Everything, .. Reduced, WithoutIntrinsics]) Assert.Contains(OfAugmentation, Run(hardware, ["augmentation"]));
        Assert.Contains(OfAugmentation, Run((Everything.Flags, "DOTNET_PROCESSOR_COUNT"), ["augmentation"], "1"));
        Assert.Contains(OfAugmentation, Run((Everything.Flags, "DOTNET_PROCESSOR_COUNT"), ["augmentation"], "5"));
    }

    /// <summary>Augmentation, and weights, optimizer state and logits of every published model. Three images and two steps keep machines without vector instructions short.</summary>
    [Fact]
    public void PublishedModels_HaveOneHashEach_ForThreadsAndSwitchedOffInstructionSets()
    {
        AssertOneHashEach(Published(Everything, "2", Batch, "1,2,3,4,8"));
        string[] expected = Published(Everything, "2", "3", "1");
        AssertOneHashEach(expected);
        foreach ((string, string?) hardware in (IEnumerable<(string, string?)>)[.. Reduced, WithoutIntrinsics]) Assert.Equal(expected, Published(hardware, "2", "3", "2"));
    }

    [Fact]
    public void PublishedModelsAfterHundredSteps_HaveOneHashEach_ForThreadsAndSwitchedOffInstructionSets()
    {
        SlowCheck.Require();
        string[] expected = Published(Everything, "100", Batch, "1,2,3,4,8");
        AssertOneHashEach(expected);
        if (Avx512F.IsSupported) Assert.Equal(expected[..(expected.Length / 5)], Published(WithoutAvx512, "100", Batch, "2"));
    }

    /// <summary>Machines without vectors of 256 bits take a while for an image, so there are three in a batch, and one in the last.</summary>
    [Fact]
    public void PublishedModelsAfterHundredSmallSteps_HaveOneHashEach_WithoutVectors()
    {
        SlowCheck.Require();
        string[] expected = Published(Everything, "100", "3", "1");
        AssertOneHashEach(expected);
        foreach ((string, string?) hardware in (IEnumerable<(string, string?)>)[.. Reduced, WithoutIntrinsics]) Assert.Equal(expected, Published(hardware, "100", "3", "2"));
    }

    /// <summary>Without vectors two blocks, one of them partial, are a matter of some minutes.</summary>
    [Fact]
    public void PublishedModelsAfterTenSteps_HaveOneHashEach_WithoutVectors()
    {
        SlowCheck.Require();
        string[] expected = Published(Everything, "10", Batch, "1");
        foreach ((string, string?) hardware in (IEnumerable<(string, string?)>)[.. Reduced, WithoutIntrinsics]) Assert.Equal(expected, Published(hardware, "10", Batch, "2"));
    }

    [Fact]
    public void TheFullModel_HasOneHash_ForThreadsAndSwitchedOffInstructionSets()
    {
        SlowCheck.Require();
        foreach (string model in new[] { "mnist_model", "fashionmnist_model" })
        {
            string expected = Train(Everything, model, "50", "1");
            Assert.Equal(expected, Train(Everything, model, "50", "2"));
            Assert.Equal(expected, Train(Everything, model, "50", "5"));
            foreach ((string, string?) hardware in Reduced) Assert.Equal(expected, Train(hardware, model, "50", "2"));
            Assert.Equal(Train(Everything, model, "2", "1"), Train(WithoutIntrinsics, model, "2", "2"));
        }
    }

    /// <summary>Letters name what must be accelerated: 512, 256 and 128 bit vectors, and fused multiply-add.</summary>
    internal static (string Flags, string? Switch) Everything => (Avx512F.IsSupported ? "521f" : Vector256.IsHardwareAccelerated ? "21f" : "any", null);

    /// <summary>What this processor has and can be told to do without; an Arm64 processor has neither.</summary>
    private static (string Flags, string? Switch)[] Reduced =>
        Avx512F.IsSupported ? [WithoutAvx512, WithoutAvx2] : Avx2.IsSupported ? [WithoutAvx2] : [];

    private static (string Flags, string? Switch) WithoutAvx512 => ("21f", "DOTNET_EnableAVX512");

    private static (string Flags, string? Switch) WithoutAvx2 => ("1", "DOTNET_EnableAVX2");

    private static (string Flags, string? Switch) WithoutIntrinsics => ("none", "DOTNET_EnableHWIntrinsic");

    private static void AssertOneHashEach(string[] lines)
    {
        ILookup<string, string> hashes = lines.Select(line => line.Split(' ')).ToLookup(words => words[1], words => words[2]);
        Assert.True(hashes.Count >= 7, $"augmentation and at least six models, not {hashes.Count} in all");
        foreach (IGrouping<string, string> model in hashes) Assert.True(model.Distinct().Count() == 1, $"{model.Key} has the hashes {string.Join(", ", model)}");
    }

    internal static string[] Published((string Flags, string? Switch) hardware, string steps, string batch, string threads) =>
        Hashes(Run(hardware, ["published", steps, batch, threads]));

    internal static string[] Hashes(string output) => [.. output.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("published ", StringComparison.Ordinal))];

    private static string Train((string Flags, string? Switch) hardware, string model, string steps, string threads) =>
        Assert.Single(Run(hardware, [model, steps, Batch, threads]).Split('\n'), text => text.StartsWith("sha256 ", StringComparison.Ordinal));

    private static string Run((string Flags, string? Switch) hardware, string[] arguments, string value = "0")
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Ai8x.BitIdentity.dll");
        var environment = new Dictionary<string, string>();
        if (hardware.Switch is not null) environment[hardware.Switch] = value;
        ChildResult child = ChildProcess.Run("dotnet", AppContext.BaseDirectory, environment, [program, hardware.Flags, .. arguments]);
        Assert.True(child.ExitCode == 0, child.Output + child.Error);
        return child.Output;
    }
}

// SPDX-License-Identifier: MIT
using System.Runtime.Intrinsics.X86;

namespace Ai8x.Acceptance;

/// <summary>Same seed, same bits: whatever the number of threads and the width of the vectors.</summary>
public sealed class BitIdentityTests
{
    /// <summary>Batch 19 is one full block of 16 images and a partial one.</summary>
    private const string Batch = "19";

    [Fact]
    public void WeightsAfterFiftySteps_HaveOneHash_ForEveryThreadCountAndVectorWidth()
    {
        Assert.SkipUnless(Avx512F.IsSupported, "Needs a processor with AVX-512 to switch it off.");
        string expected = Train(Everything, "tiny", "50", "1");
        Assert.Equal(expected, Train(Everything, "tiny", "50", "2"));
        Assert.Equal(expected, Train(Everything, "tiny", "50", "5"));
        Assert.Equal(expected, Train(WithoutAvx512, "tiny", "50", "2"));
        Assert.Equal(expected, Train(WithoutAvx2, "tiny", "50", "2"));
    }

    [Fact]
    public void WeightsAfterTwoSteps_HaveOneHash_WithoutAnyHardwareIntrinsics()
    {
        Assert.SkipUnless(Avx512F.IsSupported, "Needs a processor with AVX-512 to switch it off.");
        Assert.Equal(Train(Everything, "tiny", "2", "1"), Train(WithoutIntrinsics, "tiny", "2", "2"));
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
            Assert.Equal(expected, Train(WithoutAvx512, model, "50", "2"));
            Assert.Equal(expected, Train(WithoutAvx2, model, "50", "2"));
            Assert.Equal(Train(Everything, model, "2", "1"), Train(WithoutIntrinsics, model, "2", "2"));
        }
    }

    /// <summary>Letters name what must be accelerated: 512, 256 and 128 bit vectors, and fused multiply-add.</summary>
    private static (string Flags, string? Switch) Everything => ("521f", null);

    private static (string Flags, string? Switch) WithoutAvx512 => ("21f", "DOTNET_EnableAVX512");

    private static (string Flags, string? Switch) WithoutAvx2 => ("1", "DOTNET_EnableAVX2");

    private static (string Flags, string? Switch) WithoutIntrinsics => ("none", "DOTNET_EnableHWIntrinsic");

    private static string Train((string Flags, string? Switch) hardware, string model, string steps, string threads)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Ai8x.BitIdentity.dll");
        var environment = new Dictionary<string, string>();
        if (hardware.Switch is not null) environment[hardware.Switch] = "0";
        ChildResult child = ChildProcess.Run("dotnet", AppContext.BaseDirectory, environment, program, hardware.Flags, model, steps, Batch, threads);
        Assert.True(child.ExitCode == 0, child.Output + child.Error);
        string line = Assert.Single(child.Output.Split('\n'), text => text.StartsWith("sha256 ", StringComparison.Ordinal));
        return line;
    }
}

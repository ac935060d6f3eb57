// SPDX-License-Identifier: MIT
using System.Runtime.Intrinsics.X86;
using System.Text.RegularExpressions;

namespace Ai8x.Acceptance;

/// <summary>
/// What register tiles are made of is in line. The compiler stops putting methods in line where a tile has too many, without a word: the tile then calls operations of a single instruction, its accumulators go by way of the stack,
/// and nothing but the clock tells. An operation that some kernel calls is compiled by itself, and the compiler lists what it compiles.
/// </summary>
public sealed partial class RegisterTileTests
{
    [Fact]
    public void LaneOperations_AreInLine_InTrainingAndInferenceOfThePublishedModels()
    {
        if (!Avx2.IsSupported) Assert.Skip("no vectors of 256 bits or more with fused multiply-add: kernels are scalar, and lane operations calls");
        AssertInLine(new Dictionary<string, string>());
        if (Avx512F.IsSupported) AssertInLine(new Dictionary<string, string> { ["DOTNET_EnableAVX512"] = "0" });
    }

    private static void AssertInLine(Dictionary<string, string> environment)
    {
        using var folder = new TemporaryFolder();
        string list = Path.Combine(folder.Path, "compiled.txt");
        environment["DOTNET_JitStdOutFile"] = list;
        environment["DOTNET_JitDisasmSummary"] = "1";
        environment["DOTNET_TieredCompilation"] = "0";
        ChildResult child = ChildProcess.Run("dotnet", AppContext.BaseDirectory, environment, Path.Combine(AppContext.BaseDirectory, "Ai8x.BitIdentity.dll"), "any", "published", "1", BitIdentityTests.Batch, "1");
        Assert.True(child.ExitCode == 0, child.Output + child.Error);
        string[] compiled = File.ReadAllLines(list);
        Assert.Contains(compiled, line => line.Contains("Kernels.ConvolutionWidePoolTile:Run", StringComparison.Ordinal) || line.Contains("Kernels.ConvolutionPoolColumnTile:Run", StringComparison.Ordinal));
        Assert.DoesNotContain(compiled, line => PartOfATile().IsMatch(line));
    }

    /// <summary>Operations of vectors, numbers that are types, and what else a tile consists of.</summary>
    [GeneratedRegex(@"Kernels\.(Lanes(512|256|128):|Block\d:|Pool(Training|Inference):|OutputTaps:|KernelRow:|\w+Arguments:Move|RectifiedPoolKernel:Route)")]
    private static partial Regex PartOfATile();
}

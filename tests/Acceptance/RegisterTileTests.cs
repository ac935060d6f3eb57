// SPDX-License-Identifier: MIT
using System.Reflection;
using System.Runtime.Intrinsics.X86;
using System.Text.RegularExpressions;

namespace Ai8x.Acceptance;

/// <summary>
/// What register tiles are made of is in line. The compiler stops putting methods in line where a tile has too many, without a word: the tile then calls operations of a single instruction, its accumulators go by way of the stack,
/// and nothing but the clock tells. A method that some kernel calls is compiled by itself, and the compiler lists what it compiles.
/// </summary>
public sealed partial class RegisterTileTests
{
    private const string Kernels = "Ai8x.Tensors.Kernels";

    [Fact]
    public void PartsOfTiles_AreInLine_InAStepOfThePublishedModels()
    {
        Assert.SkipUnless(Avx2.IsSupported && Fma.IsSupported, "tiles of 512 and 256 bits are looked at, and this processor has neither");
        if (Avx512F.IsSupported)
        {
            AssertInLine("521f", "ConvolutionWidePoolTile");
            AssertInLine("21f", "ConvolutionPoolColumnTile", ("DOTNET_EnableAVX512", "0"));
        }
        else
        {
            AssertInLine("21f", "ConvolutionPoolColumnTile");
        }
    }

    private static void AssertInLine(string hardware, string tile, params (string Name, string Value)[] switches)
    {
        using var folder = new TemporaryFolder();
        string list = folder["compiled.txt"];
        var environment = new Dictionary<string, string> { ["DOTNET_JitStdOutFile"] = list, ["DOTNET_JitDisasmSummary"] = "1", ["DOTNET_TieredCompilation"] = "0" };
        foreach ((string name, string value) in switches) environment[name] = value;
        ChildResult child = ChildProcess.Run("dotnet", AppContext.BaseDirectory, environment, Path.Combine(AppContext.BaseDirectory, "Ai8x.BitIdentity.dll"), hardware, "published", "1", BitIdentityTests.Batch, "1");
        Assert.True(child.ExitCode == 0, child.Output + child.Error);
        (string Type, string Method)[] compiled = [.. File.ReadLines(list).Select(line => CompiledMethod().Match(line)).Where(match => match.Success).Select(match => (match.Groups["type"].Value, match.Groups["method"].Value))];
        Assert.Contains((tile, "Run"), compiled);
        HashSet<(string, string)> inLine = PartsOfTiles();
        string[] called = [.. compiled.Where(method => inLine.Contains(method) || Constant().IsMatch(method.Type)).Select(method => $"{method.Type}.{method.Method}").Distinct()];
        Assert.True(called.Length == 0, $"with {hardware} some kernel calls {string.Join(", ", called)}");
    }

    /// <summary>Methods that take or give a vector and all of whose overloads are to be in line.</summary>
    private static HashSet<(string Type, string Method)> PartsOfTiles()
    {
        var parts = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, "Ai8x.Tensors.dll")).GetTypes().Where(type => type.Namespace == Kernels)
            .SelectMany(type => type.GetMethods(BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .GroupBy(method => (Type: method.DeclaringType!.FullName![(Kernels.Length + 1)..], Method: method.Name))
            .Where(overloads => overloads.All(method => method.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveInlining)) && overloads.Any(TakesVector))
            .Select(overloads => overloads.Key).ToHashSet();
        Assert.Contains(("Lanes512", "FusedMultiplyAdd"), parts);
        Assert.Contains(("OneRowAbove", "Add"), parts);
        return parts;
    }

    private static bool TakesVector(MethodInfo method) => method.GetParameters().Append(method.ReturnParameter).Any(parameter => VectorType().IsMatch(parameter.ParameterType.Name));

    [GeneratedRegex(@"JIT compiled Ai8x\.Tensors\.Kernels\.(?<type>[^\[:]+)(\[[^:]*\])?:(?<method>[^\[\(]+)")]
    private static partial Regex CompiledMethod();

    [GeneratedRegex(@"^(TVector|Vector(512|256|128)`1)&?$")]
    private static partial Regex VectorType();

    /// <summary>Numbers and choices that are types.</summary>
    [GeneratedRegex(@"^(Block\d|Pool(Training|Inference)|\w+TileArguments)$")]
    private static partial Regex Constant();
}

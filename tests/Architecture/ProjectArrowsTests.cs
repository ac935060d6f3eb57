// SPDX-License-Identifier: MIT
namespace Ai8x.Architecture;

/// <summary>Holds the arrows between the projects as docs/architecture.md draws them.</summary>
public sealed class ProjectArrowsTests
{
    /// <summary>Each project with everything that it may reference; the list is complete in both directions.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Device"] = [],
        ["Tensors"] = [],
        ["Autograd"] = ["Tensors"],
        ["Networks"] = ["Device", "Tensors"],
        ["Layers"] = ["Autograd", "Networks", "Device", "Tensors"],
        ["Optim"] = ["Layers", "Autograd", "Tensors"],
        ["Onnx"] = ["Networks", "Tensors"],
        ["Quant"] = ["Networks", "Device", "Tensors"],
        ["CodeGen"] = ["Quant", "Networks", "Device"],
        ["Max78000Sim"] = ["Device"],
        ["Datasets"] = ["Tensors"],
        ["Models"] = ["Layers", "Optim", "Tensors"],
        ["Reporting"] = [],
        ["Flow"] = ["Device", "Tensors", "Autograd", "Networks", "Layers", "Optim", "Onnx", "Quant", "CodeGen", "Max78000Sim", "Datasets", "Models", "Reporting"],
        ["Cli"] = ["Flow", "Optim", "CodeGen"],
    };

    private static readonly Dictionary<string, string[]> Packages = new(StringComparer.Ordinal)
    {
        ["Tensors"] = ["CommunityToolkit.HighPerformance", "System.Numerics.Tensors"],
        ["Onnx"] = ["Google.Protobuf"],
        ["Reporting"] = ["Google.Protobuf"],
        ["CodeGen"] = ["YamlDotNet"],
        ["Datasets"] = ["StbImageSharp"],
        ["Cli"] = ["Spectre.Console", "System.CommandLine"],
    };

    public static TheoryData<string> Projects() => [.. Repository.SourceProjects()];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_ReferencesOnlyWhatItsRoomMay(string project)
    {
        Assert.True(Allowed.TryGetValue(project, out string[]? allowed), $"Project {project} is not in the table of arrows.");
        Assert.All(Repository.References(project), reference => Assert.Contains(reference, allowed));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_UsesOnlyThePackagesOfItsRoom(string project)
    {
        string[] allowed = Packages.GetValueOrDefault(project, []);
        Assert.All(Repository.Packages(project), package => Assert.Contains(package, allowed));
    }

    [Fact]
    public void EveryRoomOfTheTable_Exists() => Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), Repository.SourceProjects().Order(StringComparer.Ordinal));

    [Fact]
    public void Simulator_SharesNothingWithTheGeneratorButDeviceFacts() => Assert.Equal(["Device"], Repository.References("Max78000Sim"));

    [Fact]
    public void TransitiveReferences_AreSwitchedOff() =>
        Assert.Contains("<DisableTransitiveProjectReferences>true</DisableTransitiveProjectReferences>", File.ReadAllText(Path.Combine(Repository.Root, "Directory.Build.props")), StringComparison.Ordinal);
}

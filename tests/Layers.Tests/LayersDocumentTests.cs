// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Reflection;
using System.Text;
using Ai8x.Device.Limits;

namespace Ai8x.Layers.Tests;

/// <summary>docs/layers.md is made from the layer classes and <see cref="LayerManual"/>: AI8X_WRITE_DOCS=1 writes it, every other run compares.</summary>
public sealed class LayersDocumentTests
{
    private static readonly Type[] Classes =
        [.. typeof(Layer).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract).OrderBy(type => type.Name, StringComparer.Ordinal)];

    [Fact]
    public void LayersDocument_HoldsEveryLayerWithParametersAndLimits()
    {
        string path = Path.Combine(Root(), "docs", "layers.md");
        if (Environment.GetEnvironmentVariable("AI8X_WRITE_DOCS") == "1") File.WriteAllText(path, Document());
        Assert.Equal(Document(), File.ReadAllText(path));
    }

    [Fact]
    public void EveryLayerClass_HasOneEntry_AndEveryNamedRuleExists()
    {
        Assert.Equal(Classes.Select(type => type.Name), LayerManual.Entries.Select(entry => entry.Layer.Name).Order(StringComparer.Ordinal));
        Assert.All(LayerManual.Entries.SelectMany(entry => entry.Limits), rule => Assert.Contains(rule, DeviceLimits.All));
    }

    /// <summary>The class table of numerics.md section 12.3 and the layers beside it.</summary>
    [Theory]
    [InlineData("Conv1D FusedConv1D FusedConv1DReLU FusedMaxPoolConv1D FusedMaxPoolConv1DReLU FusedAvgPoolConv1D FusedAvgPoolConv1DReLU MaxPool1D AvgPool1D")]
    [InlineData("Conv2D FusedConv2D FusedConv2DReLU FusedMaxPoolConv2D FusedMaxPoolConv2DReLU FusedAvgPoolConv2D FusedAvgPoolConv2DReLU MaxPool2D AvgPool2D")]
    [InlineData("FusedConv2DTranspose FusedConv2DTransposeReLU FusedMaxPoolConv2DTranspose FusedMaxPoolConv2DTransposeReLU FusedAvgPoolConv2DTranspose FusedAvgPoolConv2DTransposeReLU")]
    [InlineData("Dense FusedDense FusedDenseReLU Add Sub Xor Or Reshape Flatten Permute Dropout ReLU Softmax Empty")]
    public void ClassTable_IsComplete(string names) => Assert.All(names.Split(' '), name => Assert.Contains(name, Classes.Select(type => type.Name)));

    [Fact]
    public void Parameters_OfPoolingAndKernel_BelongToTheirClassesOnly()
    {
        foreach (Type type in Classes.Where(type => type.Name.Contains("Conv", StringComparison.Ordinal) && type.Name.StartsWith("Fused", StringComparison.Ordinal)))
        {
            bool pools = type.Name.Contains("Pool", StringComparison.Ordinal);
            Assert.Equal(pools, Names(type).Contains("poolSize"));
            Assert.Equal(pools, Names(type).Contains("poolStrides"));
        }

        foreach (Type type in Classes.Where(type => type.IsSubclassOf(typeof(Pool))))
        {
            Assert.Equal(["poolSize", "poolStrides", "name"], Names(type));
        }

        static IEnumerable<string> Names(Type type) => Assert.Single(type.GetConstructors()).GetParameters().Select(parameter => parameter.Name!);
    }

    private static string Document()
    {
        var text = new StringBuilder("""
            # Layers

            Made from the classes of `Ai8x.Layers`. Shapes are `[H, W, C]`, one-dimensional data is `[L, 1, C]`. A default of null means what the class documents.
            Limits are named as in [limits.md](limits.md); an error carries the same sentence, with the place, the actual value and a remedy.


            """);
        foreach (string group in LayerManual.Entries.Select(entry => entry.Group).Distinct())
        {
            text.Append(CultureInfo.InvariantCulture, $"## {group}\n\n");
            foreach (LayerEntry entry in LayerManual.Entries.Where(entry => entry.Group == group)) Append(text, entry);
        }

        text.Append("## Limits named above\n\n| Rule | Limit |\n| --- | --- |\n");
        foreach (LimitRule rule in DeviceLimits.All.Where(rule => LayerManual.Entries.Any(entry => entry.Limits.Contains(rule))))
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{rule.Id}` | {rule.Sentence} |\n");
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, LayerEntry entry)
    {
        ParameterInfo[] parameters = Assert.Single(entry.Layer.GetConstructors()).GetParameters();
        text.Append(CultureInfo.InvariantCulture, $"### {entry.Layer.Name}\n\n{entry.OnChip}\n\n");
        text.Append("Parameters: ").AppendJoin(", ", parameters.Select(Text)).Append(".\n");
        if (entry.Limits.Length > 0) text.Append("Limits: ").AppendJoin(", ", entry.Limits.Select(rule => $"`{rule.Id}`")).Append(".\n");
        text.Append('\n');
    }

    private static string Text(ParameterInfo parameter)
    {
        if (!parameter.HasDefaultValue) return $"`{parameter.Name}`";
        string value = parameter.DefaultValue switch
        {
            null => "null",
            bool flag => flag ? "true" : "false",
            Enum member => member.ToString(),
            object other when parameter.ParameterType.IsEnum => Enum.ToObject(parameter.ParameterType, other).ToString()!,
            object other => Convert.ToString(other, CultureInfo.InvariantCulture)!,
        };
        return $"`{parameter.Name} = {value}`";
    }

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests must run from inside the repository.");
    }
}

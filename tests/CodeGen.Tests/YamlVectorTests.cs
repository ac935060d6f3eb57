// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Ai8x.CodeGen.Tests;

/// <summary>The reader against the reference descriptions beside the repository.</summary>
public sealed class YamlVectorTests(ITestOutputHelper output)
{
    private static readonly HashSet<string> Honest = new(StringComparer.Ordinal) { DescriptionRules.NotYet, DescriptionRules.NotOnDevice };

    /// <summary>Refusals that need weights, sample data, options or derived shapes, and are left to later stages.</summary>
    private static readonly HashSet<string> Later = new(StringComparer.Ordinal)
    {
        "bias-group-unused-quadrant", "bias-memory-overflow", "channels-over-1024", "fast-fifo-without-riscv", "fifo-chw-over-4-channels", "flatten-over-256",
        "in-dim-pixel-mismatch", "input-exceeds-data-memory", "mlp-without-flatten", "multipass-processors-not-multiple-of-4",
        "out-offset-overlaps-input", "output-exceeds-data-memory", "output-processors-count", "pool-larger-than-input", "processors-too-few",
        "sample-channels-mismatch", "sample-float", "sample-missing", "weight-memory-overflow", "weights-fewer-layers", "weights-missing", "weights-over-8-bit",
    };

    [Fact]
    public void ModelDescriptions_AreReadOrRefusedByFeature()
    {
        string[] read = [.. Cases("tf-models").Where(ReadsOrRefusesHonestly).Select(folder => Path.GetFileName(folder)!)];
        output.WriteLine($"read: {string.Join(", ", read)}");
        Assert.Equal(["tf-cifar10", "tf-cifar100", "tf-fashionmnist", "tf-mnist", "tf-rock"], read);
    }

    [Fact]
    public void OperatorDescriptions_AreReadOrRefusedByFeature()
    {
        string[] folders = Cases("ops");
        string[] read = [.. folders.Where(ReadsOrRefusesHonestly).Select(folder => Path.GetFileName(folder)!)];
        output.WriteLine($"{read.Length} of {folders.Length} read: {string.Join(", ", read)}");
        Assert.InRange(read.Length, 50, folders.Length);
    }

    [Fact]
    public void RejectedDescriptions_AreRefusedInTheirLayer()
    {
        int refused = 0;
        foreach (string folder in Cases("rejects"))
        {
            string name = Path.GetFileName(folder);
            string file = Path.Combine(folder, "network.yaml");
            if (Later.Contains(name))
            {
                NetworkYaml.ReadFile(file);
                continue;
            }

            var refusal = Assert.Throws<DescriptionException>(() => NetworkYaml.ReadFile(file));
            refused++;
            using JsonDocument facts = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "case.json")));
            if (facts.RootElement.TryGetProperty("layer", out JsonElement layer) && layer.ValueKind == JsonValueKind.Number) Assert.Contains(refusal.Errors, error => error.Layer == layer.GetInt32());
            output.WriteLine($"{name}: {refusal.Message}");
        }

        Assert.True(refused >= 36, $"{refused} are refused.");
    }

    private static string[] Cases(string group) => [.. Directory.GetDirectories(YamlFixture.Vectors(group)).Order(StringComparer.Ordinal)];

    private static bool ReadsOrRefusesHonestly(string folder)
    {
        try
        {
            NetworkYaml.ReadFile(Path.Combine(folder, "network.yaml"));
            return true;
        }
        catch (DescriptionException e)
        {
            Assert.All(e.Errors, error => Assert.True(Honest.Contains(error.RuleId), $"{Path.GetFileName(folder)}: {error.Message}"));
            string[] lines = File.ReadAllLines(Path.Combine(folder, "network.yaml"));
            Assert.All(e.Errors, error => Assert.Contains(error.Rule.Split(' ', '.'), word => word.Length > 1 && lines[error.Line - 1].Contains(word, StringComparison.OrdinalIgnoreCase)));
            return false;
        }
    }
}

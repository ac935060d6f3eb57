// SPDX-License-Identifier: MIT
using System.Text.Json;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Tests;

/// <summary>The reader against the reference descriptions beside the repository.</summary>
public sealed class YamlVectorTests(ITestOutputHelper output)
{
    /// <summary>Refusals that need weights, sample data, options or derived shapes, and are left to later stages.</summary>
    private static readonly HashSet<string> Later = new(StringComparer.Ordinal)
    {
        "bias-group-unused-quadrant", "bias-memory-overflow", "channels-over-1024", "fast-fifo-without-riscv", "fifo-chw-over-4-channels", "flatten-over-256",
        "eltwise-channel-mismatch", "in-dim-pixel-mismatch", "input-dim-over-1024", "input-exceeds-data-memory", "mlp-without-flatten", "multipass-processors-not-multiple-of-4",
        "out-offset-overlaps-input", "output-exceeds-data-memory", "output-processors-count", "pool-larger-than-input", "passthrough-pool-multipass", "passthrough-with-activation", "processors-too-few",
        "sample-channels-mismatch", "sample-float", "sample-missing", "streaming-without-fifo", "weight-memory-overflow", "weights-fewer-layers", "weights-missing", "weights-over-8-bit",
    };

    [Theory]
    [InlineData("tf-models")]
    [InlineData("ops")]
    public void AcceptedDescriptions_AreReadAndWrittenTheSame(string group)
    {
        string[] folders = Cases(group);
        foreach (string folder in folders)
        {
            NetworkDescription read = NetworkYaml.ReadFile(Path.Combine(folder, "network.yaml"));
            Assert.Equal(NetworkYaml.Write(read), NetworkYaml.Write(NetworkYaml.Read(NetworkYaml.Write(read), "again.yaml")));
        }

        output.WriteLine($"{folders.Length} read");
        Assert.NotEmpty(folders);
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
}

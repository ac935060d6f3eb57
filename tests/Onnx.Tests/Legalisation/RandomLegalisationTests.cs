// SPDX-License-Identifier: MIT
namespace Ai8x.Onnx.Tests.Legalisation;

/// <summary>Random models agree with ONNX Runtime: 120 of them, with AI8X_SLOW=1 5,000.</summary>
public sealed class RandomLegalisationTests
{
    private static readonly int Count = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1" ? 5000 : 120;

    [Fact]
    public void Layers_ComputeWhatTheModelComputes()
    {
        int rewrites = 0;
        for (int seed = 0; seed < Count; seed++) rewrites += Agreement.Check(RandomModels.Make(seed), $"seed {seed}").Rewrites.Length;
        Assert.True(rewrites > 2 * Count, $"There were {rewrites} rewrites; the models hold less than they should.");
    }
}

// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using Ai8x.CodeGen.CProject;
using Ai8x.Max78000Sim.Projects.C;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Tests.Generator;

/// <summary>The soft-max of a whole project, executed by the simulator, against the definition of a soft-max to base 2.</summary>
public sealed class SoftmaxProjectTests
{
    [Theory]
    [InlineData(8, 8, 0x1f)]
    [InlineData(8, 8, 0x3e)]
    [InlineData(8, 2, 0x1f0)]
    [InlineData(32, 8, 0x1f)]
    [InlineData(32, 2, 0x1f0)]
    public void Project_ComputesTheSharesOfItsOutputs(int width, int bits, int map)
    {
        LayerDescription layer = Networks.Linear(0x1, 0x2000) with { OutputWidth = width, WeightBits = bits, OutputProcessors = new((ulong)map) };
        int range = 1 << (bits - 1);
        QuantizedNetwork network = Networks.Network(new(4, 4, 1), Networks.Description(layer), Networks.Arrays([5, 16], i => i * 37 % (2 * range) - range));
        SynthesizedNetwork synthesized = Networks.Synthesize(network, new() { Softmax = true });
        int[] shares = Run(synthesized);
        Assert.Equal(synthesized.Softmax, shares);

        // 1.0 is 128 in a byte, and 128 * 2^(bits - 1) * 128 / 128 in a sum of products with 2^(bits - 1) for a weight of 1.0.
        double[] logits = [.. synthesized.LayerOutputs[0].Select(value => width == 8 ? value / 128.0 : value / (128.0 * range))];
        double sum = logits.Sum(logit => Math.Pow(2, Math.Round(logit - logits.Max())));
        for (int i = 0; i < shares.Length; i++) Assert.InRange(shares[i] / 32768.0, Math.Pow(2, Math.Floor(logits[i] - logits.Max())) / (2 * sum) - 0.01, 2 * Math.Pow(2, Math.Ceiling(logits[i] - logits.Max())) / sum + 0.01);
        Assert.Equal(width == 8, synthesized.Notices.Any(notice => notice.Contains("soft-max of 8-bit values", StringComparison.Ordinal)));
    }

    private static int[] Run(SynthesizedNetwork network)
    {
        string folder = Directory.CreateTempSubdirectory("ai8x-softmax-").FullName;
        try
        {
            foreach ((string name, string text) in CProjectWriter.Files(network.Program, network.Facts("net", "0.0.0", [])))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
                File.WriteAllText(Path.Combine(folder, name), text);
            }

            CProjectRun run = CProjectRunner.Run(folder, cancellation: TestContext.Current.CancellationToken);
            Assert.True(run.CheckPassed);
            return [.. MemoryMarshal.Cast<byte, short>(run.Arrays["ml_softmax"].AsSpan()).ToArray()];
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}

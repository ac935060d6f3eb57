// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Flow.Tests;

/// <summary>Results of 32 bits are unloaded in groups of four channels; the last group may have fewer, and each channel several pixels.</summary>
public sealed class WideResultTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ai8x-wide-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(7)]
    public void Channels_OfSeveralPixels_AreVerifiedOneByOne(int channels)
    {
        string arrays = Directory.CreateDirectory(Path.Combine(_folder, "arrays")).FullName, yaml = Path.Combine(_folder, "wide.yaml"), sample = Path.Combine(_folder, "sample.npy");
        NpyWriter.Write(Path.Combine(arrays, "weights_layer0.npy"), NpyArray.Create<int>([.. Enumerable.Range(0, channels * 2).Select(i => i * 37 % 255 - 127)], channels, 2, 1, 1));
        NpyWriter.Write(sample, NpyArray.Create<int>([.. Enumerable.Range(0, 2 * 3 * 5).Select(i => i * 53 % 256 - 128)], 2, 3, 5));
        File.WriteAllText(yaml, """
            arch: wide
            dataset: none
            layers:
              - {op: conv2d, kernel_size: 1x1, pad: 0, processors: 0x0000000000000003, data_format: HWC, output_width: 32, out_offset: 0x2000}
            """);
        var options = new VerifyOptions { CheckpointFile = arrays, ConfigFile = yaml, SampleInput = sample };
        VerifyResult result = VerificationFlow.Run(options, FlowObserver.Silent, CancellationToken.None);
        Assert.True(result.Passed, result.Verdict);
        Assert.Equal(channels * 15, result.ComparedValues);
    }
}

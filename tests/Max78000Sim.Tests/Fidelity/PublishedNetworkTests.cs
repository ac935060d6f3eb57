// SPDX-License-Identifier: MIT
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Tests.Fidelity;

/// <summary>The layer tables of latency.md section 6 give the published cycles, layer by layer; streaming ones by the reference's factor.</summary>
public sealed class PublishedNetworkTests
{
    [Fact]
    public void Mnist_TakesThePublishedCycles() =>
        Check(PublishedNetworks.Sequential(PublishedNetworks.Mnist), 70_157, 48_956, 16_664, 4_012, 332, 192);

    [Fact]
    public void Cifar10_TakesThePublishedCycles() =>
        Check(PublishedNetworks.Sequential(PublishedNetworks.Cifar10), 85_265, 63_884, 16_844, 4_012, 332, 192);

    [Fact]
    public void Cifar100_TakesThePublishedCycles() => Check(
        PublishedNetworks.Sequential(PublishedNetworks.Cifar100), 129_319, 18_828, 22_924, 22_924, 22_924, 6_604, 5_836, 11_980, 3_500, 3_308, 1_676, 4_136, 4_160, 306, 212);

    [Fact]
    public void Cifar10Nas_TakesThePublishedCycles() => Check(
        PublishedNetworks.Sequential(PublishedNetworks.Cifar10Nas), 228_217, 67_980, 34_816, 67_980, 9_676, 16_896, 8_620, 16_640, 2_308, 2_140, 1_064, 96);

    [Fact]
    public void Kws20V3_TakesThePublishedCycles() =>
        Check(PublishedNetworks.Sequential(PublishedNetworks.Kws20V3), 71_782, 27_136, 24_706, 8_452, 3_056, 2_016, 2_750, 3_006, 567, 92);

    [Fact]
    public void FaceId_HasThePublishedEstimate() => Check(
        PublishedNetworks.Streamed(PublishedNetworks.FaceId, null), 876_838, 520_938, 267_678, 44_832, 20_922, 4_944, 4_734, 4_734, 7_755, 300);

    [Fact]
    public void CatsDogs_HasThePublishedEstimate() =>
        Check(PublishedNetworks.Streamed(PublishedNetworks.CatsDogs, null), 757_910, 444_690, 228_498, 71_052, 9_676, 2_476, 1_260, 257);

    private static void Check(InferenceTimeline timeline, long total, params long[] layers)
    {
        Assert.Equal(layers, Enumerable.Range(0, timeline.Layers.Length).Select(timeline.ReferenceLayerEstimate));
        Assert.Equal(total, timeline.ReferenceEstimate);
    }
}

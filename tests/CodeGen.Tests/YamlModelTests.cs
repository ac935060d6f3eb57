// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.CodeGen.Tests;

/// <summary>The descriptions of the two models that belong to the repository.</summary>
public sealed class YamlModelTests
{
    [Theory]
    [InlineData("mnist")]
    [InlineData("fashionmnist")]
    public void OwnDescriptions_DescribeThePublishedPlacement(string name)
    {
        NetworkDescription own = NetworkYaml.ReadFile(Path.Combine(YamlFixture.Root(), "networks", name + ".yaml"));
        Assert.Empty(own.Notices);
        Assert.Equal(["conv1", "conv2", "conv3", "conv4", "fc"], own.Layers.Select(layer => layer.Name));
        Assert.Equal([0x1ul, 0xfffffffffffffff0, 0xfffffffffffffff0, 0x0ffffffffffffff0, 0xfff], own.Layers.Select(layer => layer.Processors.Bits));
        Assert.Equal([0x2000, 0, 0x2000, 0, 0x1000], own.Layers.Select(layer => layer.OutputOffset));
        Assert.Equal([1, 2, 1, 1, null], own.Layers.Select(layer => layer.Padding));
        Assert.Equal([null, new Pooling(PoolingKind.Max, 2, 2, 2), new(PoolingKind.Max, 2, 2, 2), new(PoolingKind.Average, 2, 2, 2), null], own.Layers.Select(layer => layer.Pooling));
        Assert.Equal(32, own.Layers[4].OutputWidth);
        Assert.True(own.Layers[4].Flatten);
        Assert.Equal(DataFormat.Chw, own.Layers[0].DataFormat);
    }

    [Theory]
    [InlineData("mnist")]
    [InlineData("fashionmnist")]
    public void OwnDescriptions_MeanTheSameAsThePublishedOnes(string name)
    {
        string folder = YamlFixture.Vectors("tf-models");
        NetworkDescription own = NetworkYaml.ReadFile(Path.Combine(YamlFixture.Root(), "networks", name + ".yaml"));
        NetworkDescription published = NetworkYaml.ReadFile(Path.Combine(folder, "tf-" + name, "network.yaml"));
        Assert.Equal(published.Architecture, own.Architecture);
        Assert.Equal(published.Dataset, own.Dataset);
        Assert.Equal(published.Layers.Select(Plain), own.Layers.Select(Plain));
    }

    private static LayerDescription Plain(LayerDescription layer) => layer with { Name = null, Line = 0, KernelRows = null, KernelColumns = null, BiasQuadrants = [] };
}

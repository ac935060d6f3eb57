// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Tests;

public sealed class NpySampleTests
{
    [Fact]
    public void Sample_OfAnySignedIntegerType_GivesBytes()
    {
        sbyte[] expected = [-128, -1, 0, 127];
        Assert.Equal(expected, NpySample.FromArray(NpyArray.Create<sbyte>(expected, 1, 2, 2), "s").Values);
        Assert.Equal(expected, NpySample.FromArray(NpyArray.Create<short>([-128, -1, 0, 127], 1, 2, 2), "s").Values);
        Assert.Equal(expected, NpySample.FromArray(NpyArray.Create<int>([-128, -1, 0, 127], 1, 2, 2), "s").Values);
        Assert.Equal(expected, NpySample.FromArray(NpyArray.Create<long>([-128, -1, 0, 127], 1, 2, 2), "s").Values);
    }

    [Fact]
    public void Sample_WithoutExpectation_TakesChannelsFirst()
    {
        Assert.Equal(new SampleShape(3, 4, 2), NpySample.FromArray(NpyArray.Create<int>(new int[24], 2, 3, 4), "s").Shape);
        Assert.Equal(new SampleShape(6, 1, 4), NpySample.FromArray(NpyArray.Create<int>(new int[24], 4, 6), "s").Shape);
    }

    [Fact]
    public void Sample_OfTwoAxes_FitsOneChannelOrOneDimension()
    {
        NpyArray array = NpyArray.Create<int>(new int[24], 4, 6);
        Assert.Equal(new SampleShape(4, 6, 1), NpySample.FromArray(array, "s", new SampleShape(4, 6, 1)).Shape);
        Assert.Equal(new SampleShape(6, 1, 4), NpySample.FromArray(array, "s", new SampleShape(6, 1, 4)).Shape);
    }

    [Fact]
    public void Sample_OfAnotherShape_IsRefusedWithBothShapes()
    {
        NpyFormatException error = Assert.Throws<NpyFormatException>(() => NpySample.FromArray(NpyArray.Create<int>(new int[24], 2, 3, 4), "s.npy", new SampleShape(28, 28, 1)));
        Assert.Contains("(2, 3, 4)", error.Message, StringComparison.Ordinal);
        Assert.Contains("(1, 28, 28)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sample_OfFloats_IsRefused() =>
        Assert.Contains("multiply", Assert.Throws<NpyFormatException>(() => NpySample.FromArray(NpyArray.Create<float>(new float[4], 1, 2, 2), "s")).Message, StringComparison.Ordinal);

    [Fact]
    public void Sample_OfUnsignedBytes_IsRefused() =>
        Assert.Contains("subtract 128", Assert.Throws<NpyFormatException>(() => NpySample.FromArray(NpyArray.Create<byte>(new byte[4], 1, 2, 2), "s")).Message, StringComparison.Ordinal);

    [Fact]
    public void Sample_WithAValueOutsideAByte_IsRefusedWithItsPlace()
    {
        NpyFormatException error = Assert.Throws<NpyFormatException>(() => NpySample.FromArray(NpyArray.Create<int>([0, 0, 128, 0], 1, 2, 2), "s"));
        Assert.Contains("element 2 of the sample is 128", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sample_OfThePublishedModels_IsRead()
    {
        string models = SharedFolder("golden", "tf-models");
        Assert.SkipUnless(Directory.Exists(models), "The published models are not beside the repository.");
        Assert.Equal(new SampleShape(28, 28, 1), NpySample.Read(Path.Combine(models, "tf-mnist", "sample.npy")).Shape);
        Assert.Equal(new SampleShape(64, 64, 3), NpySample.Read(Path.Combine(models, "tf-rock", "sample.npy")).Shape);
        foreach (string file in Directory.EnumerateFiles(models, "*.npy", SearchOption.AllDirectories)) Assert.NotEqual(0, NpyReader.Read(file).Count);
    }

    private static string SharedFolder(params string[] parts)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln"))) folder = folder.Parent;
        return Path.Combine([folder?.Parent?.FullName ?? ".", "shared", .. parts]);
    }
}

// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Flow.Tests;

/// <summary>A folder of integer arrays is taken as it is, or refused with the file, the value and what to do.</summary>
public sealed class IntegerArrayTests : IDisposable
{
    private static readonly int[][] Shapes = [[5, 2, 3, 3], [6, 5, 3, 3], [3, 6, 1, 1], [7, 27]];

    private readonly SmallNetwork _network = new();

    public IntegerArrayTests()
    {
        Directory.CreateDirectory(Arrays);
        for (int layer = 0; layer < Shapes.Length; layer++) Write(layer, new int[Shapes[layer].Aggregate((a, b) => a * b)]);
    }

    private string Arrays => Path.Combine(_network.Folder, "arrays");

    public void Dispose() => _network.Dispose();

    [Fact]
    public void GoodArrays_AreTaken() => Assert.True(File.Exists(Path.Combine(Synthesize().ProjectDirectory, "cnn.c")));

    [Theory]
    [InlineData(1L << 40)]
    [InlineData((1L << 32) + 1)]
    [InlineData(long.MinValue)]
    public void ValueBeyond32Bits_IsRefusedAndNotCutOff(long value)
    {
        long[] weights = new long[90];
        weights[7] = value;
        Write(0, weights);
        string message = Assert.Throws<FlowException>(Synthesize).Message;
        Assert.Contains("weights_layer0.npy", message, StringComparison.Ordinal);
        Assert.Contains(value.ToString(System.Globalization.CultureInfo.InvariantCulture), message, StringComparison.Ordinal);
    }

    [Fact]
    public void Floats_AreRefused()
    {
        Write(0, new float[90]);
        Assert.Contains("Quantize the array first", Assert.Throws<FlowException>(Synthesize).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingArray_IsNamedWithItsLayer()
    {
        File.Delete(Path.Combine(Arrays, "weights_layer2.npy"));
        string message = Assert.Throws<FlowException>(Synthesize).Message;
        Assert.Contains("weights_layer2.npy: not found", message, StringComparison.Ordinal);
        Assert.Contains("layer 2", message, StringComparison.Ordinal);
    }

    private void Write<T>(int layer, T[] values)
        where T : unmanaged => NpyWriter.Write(Path.Combine(Arrays, FormattableString.Invariant($"weights_layer{layer}.npy")), NpyArray.Create<T>(values, Shapes[layer]));

    private SynthesizeResult Synthesize() => SynthesisFlow.Run(
        new SynthesizeOptions
        {
            CheckpointFile = Arrays,
            ConfigFile = _network.Yaml,
            SampleInput = _network.Sample,
            Prefix = "arrays",
            TestDirectory = Path.Combine(_network.Folder, "projects"),
        },
        FlowObserver.Silent,
        CancellationToken.None);
}

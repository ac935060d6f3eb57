// SPDX-License-Identifier: MIT
namespace Ai8x.Optim.Tests;

public class ConfusionMatrixTests
{
    [Fact]
    public void Add_CountsRowsAsTrueAndColumnsAsPredicted()
    {
        var matrix = new ConfusionMatrix(["a", "b", "c"]);
        matrix.Add(0, 0);
        matrix.Add(0, 2);
        matrix.Add(2, 2);
        matrix.Add(2, 2);

        Assert.Equal(1, matrix[0, 2]);
        Assert.Equal(0, matrix[2, 0]);
        Assert.Equal(2, matrix[2, 2]);
        Assert.Equal(4, matrix.Total);
        Assert.Equal(0.75, matrix.Accuracy);
    }

    [Fact]
    public void ToString_AlignsNamesAndCounts()
    {
        var matrix = new ConfusionMatrix(["cat", "owl"]);
        for (int i = 0; i < 1234; i++) matrix.Add(0, 0);
        matrix.Add(1, 0);

        Assert.Equal("      cat   owl\ncat  1234     0\nowl     1     0\n", matrix.ToString());
    }

    [Fact]
    public void Empty_HasAccuracyZero() => Assert.Equal(0, new ConfusionMatrix(["a"]).Accuracy);

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 2)]
    [InlineData(2, 0)]
    public void Add_OfAnUnknownClass_IsRefused(int label, int predicted) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix(["a", "b"]).Add(label, predicted));
}

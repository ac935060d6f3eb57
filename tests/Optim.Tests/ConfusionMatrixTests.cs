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
    public void Scores_AreTheDefinitionsOfPrecisionRecallAndF1()
    {
        var matrix = new ConfusionMatrix(["a", "b", "never"]);
        (int Label, int Predicted)[] samples = [(0, 0), (0, 0), (0, 1), (1, 1), (1, 0), (1, 0), (1, 1), (0, 0)];
        foreach ((int label, int predicted) in samples) matrix.Add(label, predicted);
        for (int c = 0; c < 2; c++)
        {
            double hit = samples.Count(s => s.Label == c && s.Predicted == c), taken = samples.Count(s => s.Predicted == c), there = samples.Count(s => s.Label == c);
            ClassScore score = matrix.Scores()[c];
            Assert.Equal(hit / taken, score.Precision, 15);
            Assert.Equal(hit / there, score.Recall, 15);
            Assert.Equal(2 * score.Precision * score.Recall / (score.Precision + score.Recall), score.F1, 12);
            Assert.Equal((int)there, score.Support);
        }

        Assert.Equal(new ClassScore("never", 0, 0, 0), matrix.Scores()[2]);
        Assert.Equal((0.0, 0.0, 0.0), (matrix.Scores()[2].Precision, matrix.Scores()[2].Recall, matrix.Scores()[2].F1));
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

// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Flow.Tests;

/// <summary>The shapes and values of saved samples are those of the table: every element is looked up by its coordinates.</summary>
public class SavedSampleTests
{
    [Theory]
    [InlineData(28, 28, 1, SampleForm.Nhwc, "(1, 28, 28)")]
    [InlineData(28, 28, 1, SampleForm.Chw, "(28, 28, 1)")]
    [InlineData(5, 7, 1, SampleForm.Nhwc, "(1, 5, 7)")]
    [InlineData(5, 7, 1, SampleForm.Chw, "(5, 7, 1)")]
    [InlineData(5, 7, 1, SampleForm.Cwh, "(7, 5, 1)")]
    [InlineData(32, 31, 3, SampleForm.Nhwc, "(1, 32, 31, 3)")]
    [InlineData(32, 31, 3, SampleForm.Chw, "(3, 32, 31)")]
    [InlineData(32, 31, 3, SampleForm.Cwh, "(3, 31, 32)")]
    [InlineData(128, 1, 120, SampleForm.Nhwc, "(1, 128, 120)")]
    [InlineData(128, 1, 120, SampleForm.Chw, "(128, 120, 1)")]
    [InlineData(128, 1, 120, SampleForm.Cwh, "(120, 128, 1)")]
    public void EveryForm_HasItsShapeAndItsValues(int height, int width, int channels, SampleForm form, string shape)
    {
        var source = new SampleShape(height, width, channels);
        NpyArray array = Sample(source).ToArray(form);
        Assert.Equal(shape, array.ShapeText);
        Assert.Equal(NpyElementType.Int32, array.ElementType);
        // Rows and columns as the flow sees them: a sample with one column has its channels as columns.
        (int rows, int columns, int depth) = channels == 1 || width == 1 ? (height, width * channels, 1) : (height, width, channels);
        ReadOnlySpan<int> values = array.Values<int>();
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                for (int c = 0; c < depth; c++)
                {
                    int place = form switch
                    {
                        SampleForm.Nhwc => (y * columns + x) * depth + c,
                        SampleForm.Chw => (c * rows + y) * columns + x,
                        _ => (c * columns + x) * rows + y,
                    };
                    int expected = Value((y * columns + x) * depth + c);
                    if (expected != values[place]) Assert.Fail($"row {y}, column {x}, channel {c}");
                }
            }
        }
    }

    [Theory]
    [InlineData(28, 28, 1, SampleForm.Nhwc)]
    [InlineData(32, 31, 3, SampleForm.Chw)]
    [InlineData(128, 1, 120, SampleForm.Cwh)]
    public void TheFormOfAPreset_IsWhatSynthesisReads(int height, int width, int channels, SampleForm form)
    {
        var shape = new SampleShape(height, width, channels);
        Assert.Equal(form, Enum.GetValues<SampleForm>().Single(each => SavedSample.IsChannelFirst(shape, each)));
        NpySample read = NpySample.FromArray(Sample(shape).ToArray(form), "sample", shape);
        for (int c = 0; c < channels; c++)
        {
            for (int pixel = 0; pixel < height * width; pixel++) Assert.Equal(Value(pixel * channels + c), read.Values[c * height * width + pixel]);
        }
    }

    [Fact]
    public void Softmax_IsThatOfDoubleArithmetic()
    {
        float[] logits = [3.5f, -2f, 0f, 3.25f, -80f];
        double[] exponentials = [.. logits.Select(logit => Math.Exp(logit - 3.5))];
        float[] shares = Prediction.Softmax(logits);
        for (int i = 0; i < logits.Length; i++) Assert.Equal(exponentials[i] / exponentials.Sum(), shares[i], 1e-6);
    }

    private static sbyte Value(int i) => (sbyte)(i * 37 % 251 - 125);

    private static SavedSample Sample(SampleShape shape) => new(3, 1, [0, 1], [.. Enumerable.Range(0, shape.Count).Select(Value)], shape);
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Tensors;

namespace Ai8x.Datasets;

/// <summary>One pair of image and label files.</summary>
/// <param name="Shape">Shape of an image, <c>[H, W, 1]</c>.</param>
/// <param name="Pixels">Byte - 128 of every pixel, images one after another, row-major.</param>
/// <param name="Labels">Class of every image.</param>
internal sealed record LabelledImages(SampleShape Shape, sbyte[] Pixels, ReadOnlyMemory<byte> Labels)
{
    public int Count => Labels.Length;

    /// <summary>Joins two files after checking that they belong together.</summary>
    /// <param name="images">The image file.</param>
    /// <param name="labels">The label file.</param>
    /// <param name="shape">Shape that the images must have.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="DatasetFormatException">The files do not hold such images, or do not belong together.</exception>
    public static LabelledImages Join(IdxArray images, IdxArray labels, SampleShape shape, int classes)
    {
        Check(images.Source, images.Dimensions, labels, shape, classes);
        return new LabelledImages(shape, Centred(images.Data.Span), labels.Data);
    }

    /// <summary>Checks that an image file and a label file hold what a data set has, and belong together.</summary>
    /// <param name="source">The image file.</param>
    /// <param name="dimensions">Lengths of its axes.</param>
    /// <param name="labels">The label file.</param>
    /// <param name="shape">Shape that the images must have.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="DatasetFormatException">They do not.</exception>
    public static void Check(string source, ImmutableArray<int> dimensions, IdxArray labels, SampleShape shape, int classes)
    {
        RequireAxes(source, dimensions, 3, "An image file has three axes: images, rows, columns.");
        RequireAxes(labels.Source, labels.Dimensions, 1, "A label file has one axis.");
        if (dimensions[1] != shape.Height || dimensions[2] != shape.Width)
        {
            throw new DatasetFormatException(
                source,
                "The images have another size than those of this data set.",
                string.Create(CultureInfo.InvariantCulture, $"Its images have {shape.Height} rows and {shape.Width} columns."),
                string.Create(CultureInfo.InvariantCulture, $"{dimensions[1]} rows and {dimensions[2]} columns"),
                "Give the files of this data set.");
        }

        if (dimensions[0] != labels.Dimensions[0])
        {
            throw new DatasetFormatException(
                labels.Source,
                "Labels and images do not belong together.",
                string.Create(CultureInfo.InvariantCulture, $"'{source}' has {dimensions[0]} images, and every image has one label."),
                string.Create(CultureInfo.InvariantCulture, $"{labels.Dimensions[0]} labels"),
                "Give both files from the same data set and part.");
        }

        CheckLabels(labels, classes);
    }

    private static void RequireAxes(string source, ImmutableArray<int> dimensions, int axes, string rule)
    {
        if (dimensions.Length != axes)
        {
            throw new DatasetFormatException(
                source,
                "The file holds something else than its name says.",
                rule,
                string.Create(CultureInfo.InvariantCulture, $"{dimensions.Length} axes"),
                "Check that image and label files are not exchanged.");
        }
    }

    private static void CheckLabels(IdxArray labels, int classes)
    {
        int bad = labels.Data.Span.IndexOfAnyExceptInRange((byte)0, (byte)(classes - 1));
        if (bad >= 0)
        {
            throw new DatasetFormatException(
                labels.Source,
                string.Create(CultureInfo.InvariantCulture, $"Label {bad} names no class."),
                string.Create(CultureInfo.InvariantCulture, $"The classes are 0 to {classes - 1}."),
                labels.Data.Span[bad].ToString(CultureInfo.InvariantCulture),
                "Give the label file of this data set.");
        }
    }

    private static sbyte[] Centred(ReadOnlySpan<byte> bytes)
    {
        sbyte[] pixels = new sbyte[bytes.Length];
        SignedBytes.FromUnsigned(bytes, pixels);
        return pixels;
    }
}

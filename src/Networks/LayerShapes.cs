// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;

namespace Ai8x.Networks;

/// <summary>Shapes of a hardware layer and the device limits that concern them (network-yaml.md sections 3.4 and 4.1).</summary>
public static class LayerShapes
{
    /// <summary>Size of one axis after pooling: windows that do not fit entirely are dropped.</summary>
    /// <param name="size">Rows or columns before pooling, at least 1.</param>
    /// <param name="window">Window along this axis, at least 1.</param>
    /// <param name="stride">Stride, at least 1.</param>
    /// <returns>Rows or columns after pooling; 0 or less if the window is larger than the map.</returns>
    public static int PooledSize(int size, int window, int stride) => size < window ? 0 : (size - window) / stride + 1;

    /// <summary>Size of one axis after a convolution of stride 1.</summary>
    /// <param name="size">Rows or columns of the input, at least 1.</param>
    /// <param name="kernel">Kernel along this axis.</param>
    /// <param name="padding">Zeros added on each side.</param>
    /// <returns>Rows or columns of the output; 0 or less if the kernel is larger than the padded map.</returns>
    public static int ConvolvedSize(int size, int kernel, int padding) => size + 2 * padding - kernel + 1;

    /// <summary>Length of the output of a one-dimensional convolution of stride 1.</summary>
    /// <param name="size">Length of the input, at least 1.</param>
    /// <param name="kernel">Kernel length.</param>
    /// <param name="padding">Zeros added on each side.</param>
    /// <param name="dilation">Distance of the taps, at least 1.</param>
    /// <returns>Length of the output; 0 or less if the taps span more than the padded input.</returns>
    public static int DilatedSize(int size, int kernel, int padding, int dilation) => (int)Math.Max(0, size + 2L * padding - (kernel - 1L) * dilation);

    /// <summary>Size of one axis after a transposed 3x3 convolution of stride 2 with output padding 1 (numerics.md section 7.3).</summary>
    /// <param name="size">Rows or columns of the input, at least 1.</param>
    /// <param name="padding">Padding as described, 0..2: rows that the full result loses on each side.</param>
    /// <returns>Rows or columns of the output; 0 or less if the padding takes all.</returns>
    public static int TransposedSize(int size, int padding) => 2 * size + 2 - 2 * padding;

    /// <summary>Passes of at most 64 channels in which a layer reads its input.</summary>
    /// <param name="channels">Channels, at least 1.</param>
    /// <returns>At least 1.</returns>
    public static int Passes(int channels) => (channels + DeviceLimits.Processors - 1) / DeviceLimits.Processors;

    /// <summary>Shape after pooling.</summary>
    /// <param name="input">Shape before pooling.</param>
    /// <param name="pooling">Pooling, or null for none.</param>
    /// <returns>The pooled shape; rows or columns are 0 if the window does not fit.</returns>
    public static FeatureShape Pooled(FeatureShape input, Pooling? pooling) => pooling is null
        ? input
        : new(PooledSize(input.Rows, pooling.Rows, pooling.Stride), PooledSize(input.Columns, pooling.Columns, pooling.Stride), input.Channels);

    /// <summary>Checks channels, rows and columns of a feature map.</summary>
    /// <param name="where">The place for messages.</param>
    /// <param name="what">Which map, for example <c>input</c>.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="violations">Receives each broken rule.</param>
    public static void CheckMap(string where, string what, FeatureShape shape, ICollection<LimitViolation> violations)
    {
        if (shape.Channels is < 1 or > DeviceLimits.MaximumChannels)
        {
            violations.Add(new(DeviceLimits.Channels, where, Text($"the {what} has {shape.Channels} channels"), "Use fewer channels."));
        }

        if (shape.Rows is < 1 or > DeviceLimits.MaximumDimension || shape.Columns is < 1 or > DeviceLimits.MaximumDimension)
        {
            violations.Add(new(DeviceLimits.Dimensions, where, Text($"the {what} has {shape.Rows} rows and {shape.Columns} columns"), "Change the size of the feature map."));
        }
    }

    /// <summary>Checks a pooling window against the device and against its input.</summary>
    /// <param name="where">The place for messages.</param>
    /// <param name="input">Shape before pooling.</param>
    /// <param name="pooling">The pooling, or null.</param>
    /// <param name="violations">Receives each broken rule.</param>
    public static void CheckPooling(string where, FeatureShape input, Pooling? pooling, ICollection<LimitViolation> violations)
    {
        if (pooling is null) return;
        if (pooling.Rows is < 1 or > DeviceLimits.MaximumPool || pooling.Columns is < 1 or > DeviceLimits.MaximumPool)
        {
            violations.Add(new(DeviceLimits.PoolSize, where, Text($"the window is {pooling.Rows}x{pooling.Columns}"), "Use a smaller window, or pool in two layers."));
        }

        if (pooling.Stride is < 1 or > DeviceLimits.MaximumPool)
        {
            violations.Add(new(DeviceLimits.PoolStride, where, Text($"the stride is {pooling.Stride}"), "Use a stride of 1 to 16."));
        }

        if (pooling.Rows > input.Rows || pooling.Columns > input.Columns)
        {
            violations.Add(new(
                DeviceLimits.PoolFits,
                where,
                Text($"the window is {pooling.Rows}x{pooling.Columns} and the map {input.Rows}x{input.Columns}"),
                "Use a smaller window, or pool less in the layers before."));
        }
    }

    /// <summary>Checks kernel and padding of a two-dimensional convolution against the device and against its input.</summary>
    /// <param name="where">The place for messages.</param>
    /// <param name="input">Shape before pooling, which the row and column counters hold together with the padding.</param>
    /// <param name="rows">Kernel rows.</param>
    /// <param name="columns">Kernel columns.</param>
    /// <param name="padding">Zeros added on each side.</param>
    /// <param name="violations">Receives each broken rule.</param>
    public static void CheckConvolution(string where, FeatureShape input, int rows, int columns, int padding, ICollection<LimitViolation> violations)
    {
        bool known = (rows, columns) is (1, 1) or (3, 3);
        if (!known) violations.Add(new(DeviceLimits.Conv2dKernel, where, Text($"the kernel is {rows}x{columns}"), "Use kernel_size 1x1 or 3x3."));
        if (padding is < 0 or > DeviceLimits.MaximumPadding)
        {
            violations.Add(new(DeviceLimits.Padding, where, Text($"pad is {padding}"), "Use pad 0, 1 or 2."));
        }
        else if (known && padding >= rows)
        {
            violations.Add(new(DeviceLimits.PaddingBelowKernel, where, Text($"pad is {padding} and the kernel {rows}x{columns}"), rows == 1 ? "Use pad 0." : Text($"Use pad {rows - 1} or less.")));
        }

        if (Math.Max(input.Rows, input.Columns) - 1 + 2 * padding > DeviceLimits.MaximumDimension)
        {
            violations.Add(new(DeviceLimits.Dimensions, where, Text($"the map is {input.Rows}x{input.Columns} with pad {padding}"), "Make the feature map smaller."));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

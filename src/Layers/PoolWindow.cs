// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>A pooling window without padding; incomplete windows at the right and lower edge are dropped.</summary>
/// <param name="Kind">Maximum or mean.</param>
/// <param name="Size">Window, 1..16 rows and 1..16 columns.</param>
/// <param name="Stride">Stride of rows and columns alike, 1..16.</param>
public sealed record PoolWindow(PoolKind Kind, Size2D Size, int Stride)
{
    /// <summary>Window and stride when nothing else is given (numerics.md section 12).</summary>
    public const int DefaultSize = 2;

    internal string Settings => string.Create(CultureInfo.InvariantCulture, $"{Kind} {Size} stride {Stride}");

    /// <summary>Makes the window from the arguments of a layer, where null means "default" and "as the window" respectively.</summary>
    internal static PoolWindow FromArguments(PoolKind kind, Size2D? size, int? strides, string layerKind, string? layerName)
    {
        Size2D window = size ?? DefaultSize;
        if (strides is null && window.Rows != window.Columns)
        {
            throw new LimitException(new LimitViolation(
                DeviceLimits.PoolStride, Layer.Describe(layerKind, layerName), $"the stride follows the pooling window {window}", "Give poolStrides a number."));
        }

        return new PoolWindow(kind, window, strides ?? window.Rows);
    }

    /// <summary>Makes the window of a one-dimensional layer, where null means "as the window".</summary>
    internal static PoolWindow FromLength(PoolKind kind, int length, int? strides) => new(kind, new Size2D(length, 1), strides ?? length);

    internal void Check(LimitCheck check)
    {
        check.Require(
            Size.Rows is >= 1 and <= DeviceLimits.MaximumPool && Size.Columns is >= 1 and <= DeviceLimits.MaximumPool,
            DeviceLimits.PoolSize, $"the pooling window is {Size}", "Choose a smaller poolSize of at least 1, or pool in two layers.");
        check.Require(
            Stride is >= 1 and <= DeviceLimits.MaximumPool,
            DeviceLimits.PoolStride, $"the pooling stride is {Stride}", "Choose poolStrides from 1 to 16.");
    }

    internal SampleShape Infer(SampleShape input, LimitCheck check)
    {
        check.Require(
            Size.Rows <= input.Height && Size.Columns <= input.Width,
            DeviceLimits.PoolFits, $"the window is {Size} and its input {input.Height}x{input.Width}", "Choose a smaller poolSize, or pool less in the layers before.");
        check.ThrowIfAny();
        return input with { Height = (input.Height - Size.Rows) / Stride + 1, Width = (input.Width - Size.Columns) / Stride + 1 };
    }
}

// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>Limits of the device that concern one feature map.</summary>
internal static class ShapeRules
{
    public static void CheckMap(LimitCheck check, SampleShape shape, string role, int padding = 0)
    {
        check.Require(
            Fits(shape.Height, padding) && Fits(shape.Width, padding),
            DeviceLimits.Dimensions, $"the {role} is {shape.Height}x{shape.Width}{(padding == 0 ? "" : " with padding ")}{(padding == 0 ? "" : padding)}", "Use a smaller map.");
        check.Require(
            shape.Channels is >= 1 and <= DeviceLimits.MaximumChannels,
            DeviceLimits.Channels, $"the {role} has {shape.Channels} channels", "Use fewer channels.");
    }

    /// <summary>Rows of one-dimensional data with padding at both ends.</summary>
    public static void CheckRows(LimitCheck check, SampleShape shape, int padding) => check.Require(
        Fits(shape.Height, padding), DeviceLimits.Dimensions, $"the pooled input has {shape.Height} positions with padding {padding}", "Use shorter data.");

    /// <summary>One-dimensional layers read one column.</summary>
    /// <exception cref="ModelDefinitionException">There are more.</exception>
    public static void CheckLine(SampleShape input, string where)
    {
        if (input.Width == 1) return;
        throw new ModelDefinitionException(
            where, "A one-dimensional layer reads a map of one column [L, 1, C].", $"the input is {input}", "Put a Reshape layer in front of it, or use a two-dimensional layer.");
    }

    private static bool Fits(int extent, int padding) =>
        extent is >= 1 and <= DeviceLimits.MaximumDimension && extent - 1 + 2 * padding <= DeviceLimits.MaximumDimension;
}

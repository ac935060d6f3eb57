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

    private static bool Fits(int extent, int padding) =>
        extent is >= 1 and <= DeviceLimits.MaximumDimension && extent - 1 + 2 * padding <= DeviceLimits.MaximumDimension;
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels.Single;

/// <summary>
/// A map of one image with its channels in the lanes: <c>[pixel][channel]</c>, pixels in raster order, <see cref="Stride"/> floats apart. Channels behind the
/// last hold whatever the kernels left there and are never read as channels.
/// </summary>
/// <param name="Offset">First float in the image's memory.</param>
/// <param name="Pixels">Rows times columns.</param>
/// <param name="Channels">Channels in use.</param>
/// <param name="Stride">Floats of a pixel: a multiple of sixteen, unless only kernels that read single channels use the map.</param>
internal readonly record struct ChannelMap(int Offset, int Pixels, int Channels, int Stride)
{
    /// <summary>Floats of the map.</summary>
    public int Length => Pixels * Stride;

    /// <summary>The stride that vectors of every width divide.</summary>
    public static int WideStride(int channels) => (channels + LaneLayout.Lanes - 1) / LaneLayout.Lanes * LaneLayout.Lanes;

    /// <summary>Position of an element in channel-major order, the order of flattening.</summary>
    public int At(int channel, int pixel) => Offset + pixel * Stride + channel;
}

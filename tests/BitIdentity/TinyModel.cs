// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Tensors;

namespace Ai8x.BitIdentity;

/// <summary>Two small models whose hashes are constants of the tests.</summary>
internal static class TinyModel
{
    /// <summary>Few channels: all sums are chains.</summary>
    public const string Chains = "tiny";

    /// <summary>So many channels that minimal filtering takes the second and third convolution, over maps of an odd and of an even size, and, with 25 tiles, the weight gradient of the second.</summary>
    public const string Filtered = "filtered";

    /// <summary>Makes one of them, or null for another name.</summary>
    public static Sequential? Create(string name) => name switch
    {
        Chains => Create(name, 7, 9, 6),
        Filtered => Create(name, 17, 19, 16),
        _ => null,
    };

    private static Sequential Create(string name, int first, int second, int third) => new(
        name,
        new SampleShape(14, 14, 1),
        new FusedConv2DReLU(first, 3, paddingSize: 1),
        new FusedMaxPoolConv2DReLU(second, 3, paddingSize: 2),
        new Dropout(0.2f),
        new FusedAvgPoolConv2DReLU(third, 3, paddingSize: 1),
        new Flatten(),
        new FusedDense(10, wide: true));
}

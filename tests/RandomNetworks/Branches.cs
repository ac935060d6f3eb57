// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.RandomNetworks;

/// <summary>Several layers that read the same data and write maps of the same dimensions.</summary>
internal static class Branches
{
    /// <summary>A geometry for all branches, or null; folded lines and transposed maps are left to single layers.</summary>
    public static Geometry? Choose(NetworkBuilder builder)
    {
        Tensor source = builder.Current;
        if (!source.IsShared || Geometry.Choose(builder.Random, source.Shape) is not Geometry geometry) return null;
        return geometry is { Operator: LayerOperator.Conv1d or LayerOperator.Conv2d, IsFolded: false } ? geometry : null;
    }

    /// <summary>Adds a branch; false if there is no room for its kernels.</summary>
    public static bool TryAdd(NetworkBuilder builder, Tensor source, Geometry geometry, FeatureShape output, Place place)
    {
        bool aligned = place.Map.First % 4 == 0;
        int bits = aligned ? WeightedLayer.Bits(builder.Random) : 8;
        return WeightedLayer.TryAdd(builder, builder.Reading(source), source, geometry.Alternative(builder.Random), output, place, bits);
    }

    /// <summary>Leaves half-finished branches as what they are: layers whose data nobody reads.</summary>
    public static bool GiveUp(NetworkBuilder builder)
    {
        builder.Note("unread-branch");
        return false;
    }
}

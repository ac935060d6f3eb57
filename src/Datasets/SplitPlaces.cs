// SPDX-License-Identifier: MIT
using Ai8x.Datasets.Processed;

namespace Ai8x.Datasets;

/// <summary>Where the images of an official training part go: a tenth is held out by <see cref="SplitPermutation"/> and validates.</summary>
internal sealed class SplitPlaces
{
    private readonly int[] _places;

    /// <summary>Cuts a part.</summary>
    /// <param name="count">Its images.</param>
    public SplitPlaces(int count)
    {
        HoldOut = SplitPermutation.HoldOut(count);
        _places = new int[count];
        int[] order = SplitPermutation.Make(count);
        for (int place = 0; place < count; place++) _places[order[place]] = place;
    }

    /// <summary>Images that are held out.</summary>
    public int HoldOut { get; }

    /// <summary>The place of an image.</summary>
    /// <param name="image">Its number in the official part.</param>
    public (SplitPart Part, int Place) Of(int image) =>
        _places[image] < HoldOut ? (SplitPart.Valid, _places[image]) : (SplitPart.Train, _places[image] - HoldOut);
}

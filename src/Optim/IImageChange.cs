// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Optim;

/// <summary>
/// A change of training images that differs from epoch to epoch. What happens to an image follows from the seed, the epoch and the image alone, so a resumed run sees
/// what the uninterrupted one does. The random numbers are those of purpose <see cref="RandomPurpose.Augmentation"/>, layer 0, the epoch as step, the sample's index;
/// every kind of change has its own elements.
/// </summary>
internal interface IImageChange
{
    /// <summary>Changes those of some images whose turn it is, in place. Several threads may do so at the same time, each with images of its own.</summary>
    /// <param name="epoch">Epoch, from 0.</param>
    /// <param name="indices">The samples.</param>
    /// <param name="samples">Their values, one sample after another, <c>[H, W, C]</c>.</param>
    void Apply(int epoch, ReadOnlySpan<int> indices, Span<sbyte> samples);

    /// <summary>The changes that the options ask for, in the order in which they happen.</summary>
    /// <param name="options">Options of the training.</param>
    /// <param name="shape">Shape of an image.</param>
    static IImageChange[] Of(TrainingOptions options, SampleShape shape)
    {
        var changes = new List<IImageChange>();
        if (options.MirrorImages) changes.Add(new ImageMirror(options.Seed, shape));
        if (options.ShiftImages > 0) changes.Add(new ImageShift(options.Seed, shape, options.ShiftImages));
        if (options.HideImages > 0) changes.Add(new ImageHiding(options.Seed, shape, options.HideImages));
        return [.. changes];
    }

    /// <summary>A uniform number.</summary>
    /// <param name="bits">32 random bits.</param>
    /// <param name="count">How many numbers there are.</param>
    /// <returns>0 .. <paramref name="count"/> - 1: the upper word of the product.</returns>
    static int Below(uint bits, int count) => (int)(((ulong)bits * (uint)count) >> 32);
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Text;

namespace Ai8x.Datasets.Processed;

/// <summary>The arrays of a processed cache, a <c>.npz</c> file of unsigned bytes.</summary>
/// <remarks>
/// In this order: <c>fingerprint [32]</c> of inputs and parameters; <c>class_names</c>, UTF-8 with a line feed between names; for each part
/// <c>train</c>, <c>valid</c>, <c>test</c> its <c>_labels [n]</c>, then for each its <c>_images [n, H, W, C]</c>, without W where it is 1.
/// </remarks>
internal static class ProcessedArrays
{
    public const string Fingerprint = "fingerprint";
    public const string ClassNames = "class_names";

    /// <summary>Length of a fingerprint: a SHA-256.</summary>
    public const int FingerprintBytes = 32;

    /// <summary>The names of the arrays in their order.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        Fingerprint,
        ClassNames,
        .. SampleLayout.PartNames.Select(part => part + "_labels"),
        .. SampleLayout.PartNames.Select(part => part + "_images"),
    ];

    /// <summary>Name of the labels of a part.</summary>
    /// <param name="part">The part.</param>
    public static string Labels(SplitPart part) => SampleLayout.PartNames[(int)part] + "_labels";

    /// <summary>Name of the samples of a part.</summary>
    /// <param name="part">The part.</param>
    public static string Images(SplitPart part) => SampleLayout.PartNames[(int)part] + "_images";

    /// <summary>The class names as they are stored.</summary>
    /// <param name="names">The names.</param>
    public static byte[] Encode(ImmutableArray<string> names) => Encoding.UTF8.GetBytes(string.Join('\n', names));

    /// <summary>The file for some samples.</summary>
    /// <param name="layout">The samples.</param>
    public static StoredArchiveLayout Arrange(SampleLayout layout)
    {
        (int height, int width, int channels) = (layout.Shape.Height, layout.Shape.Width, layout.Shape.Channels);
        SplitPart[] parts = Enum.GetValues<SplitPart>();
        return new StoredArchiveLayout(
        [
            (Fingerprint, [FingerprintBytes]),
            (ClassNames, [Encode(layout.ClassNames).Length]),
            .. parts.Select(part => (Labels(part), ImmutableArray.Create(layout.Counts[(int)part]))),
            .. parts.Select(part => (Images(part), width == 1 ? ImmutableArray.Create(layout.Counts[(int)part], height, channels) : [layout.Counts[(int)part], height, width, channels])),
        ]);
    }
}

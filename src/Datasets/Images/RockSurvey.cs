// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Datasets.Archives;
using Ai8x.Datasets.Processed;

namespace Ai8x.Datasets.Images;

/// <summary>The images of rock, paper, scissors, and where each goes.</summary>
/// <remarks>
/// Training images are in the order of their paths. The official test images are mixed by <see cref="SplitPermutation"/> over the order of their
/// paths before they are cut in half: by paths alone the halves would hold different classes.
/// </remarks>
internal sealed class RockSurvey : SampleSurvey
{
    private readonly ImmutableArray<MemberSource> _sources;
    private readonly ImmutableArray<Dictionary<string, (SplitPart Part, int Place, int Label)>> _places;

    private RockSurvey(SampleLayout layout, ImmutableArray<MemberSource> sources, ImmutableArray<Dictionary<string, (SplitPart Part, int Place, int Label)>> places)
        : base(layout)
    {
        _sources = sources;
        _places = places;
    }

    /// <summary>Finds the images.</summary>
    /// <param name="definition">The data set.</param>
    /// <param name="sources">Training and test images.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static RockSurvey Of(RockDefinition definition, ImmutableArray<MemberSource> sources, CancellationToken cancellation)
    {
        (string Path, int Label)[] train = Images(sources[0], cancellation);
        (string Path, int Label)[] test = Images(sources[1], cancellation);
        int half = test.Length / 2;
        int[] order = SplitPermutation.Make(test.Length);
        var trainPlaces = new Dictionary<string, (SplitPart, int, int)>(StringComparer.Ordinal);
        var testPlaces = new Dictionary<string, (SplitPart, int, int)>(StringComparer.Ordinal);
        for (int place = 0; place < train.Length; place++) trainPlaces.Add(train[place].Path, (SplitPart.Train, place, train[place].Label));
        for (int place = 0; place < test.Length; place++)
        {
            (string path, int label) = test[order[place]];
            testPlaces.Add(path, place < half ? (SplitPart.Test, place, label) : (SplitPart.Valid, place - half, label));
        }

        var layout = new SampleLayout(definition.Shape, RockDefinition.ClassNames, [train.Length, test.Length - half, half]);
        return new RockSurvey(layout, sources, [trainPlaces, testPlaces]);
    }

    /// <inheritdoc/>
    public override void Fill(SampleSink sink, CancellationToken cancellation)
    {
        byte[] sample = new byte[Layout.Shape.Count];
        for (int i = 0; i < _sources.Length; i++)
        {
            foreach (ArchiveMember member in _sources[i].Members(cancellation))
            {
                if (!_places[i].TryGetValue(member.Path, out (SplitPart Part, int Place, int Label) image)) continue;
                (int side, byte[] pixels) = PngImage.Read(member.ReadAll(RockDefinition.MostImageBytes), member.Display);
                BilinearResize.Resize(pixels, side, sample, RockDefinition.Side);
                sink.Write(image.Part, image.Place, sample, image.Label);
            }
        }
    }

    private static (string Path, int Label)[] Images(MemberSource source, CancellationToken cancellation)
    {
        var images = new List<(string Path, int Label)>();
        foreach (ArchiveMember member in source.Members(cancellation))
        {
            // Files of operating systems, such as thumbnails, begin with these.
            if (member.Path.Split('/').Any(step => step.StartsWith('.') || step.StartsWith('_')) || !member.FileName.EndsWith(".png", StringComparison.OrdinalIgnoreCase)) continue;
            int label = RockDefinition.ClassNames.IndexOf(member.FolderName);
            if (label < 0) throw Wrong(source, $"The image '{member.Path}' is in no folder of a class.", $"Images lie in the folders {string.Join(", ", RockDefinition.ClassNames)}.", $"the folder '{member.FolderName}'");
            images.Add((member.Path, label));
        }

        foreach (string name in RockDefinition.ClassNames)
        {
            if (!images.Any(image => RockDefinition.ClassNames[image.Label] == name)) throw Wrong(source, $"The class '{name}' has no images.", "Every class needs one.", string.Create(CultureInfo.InvariantCulture, $"{images.Count} images of other classes"));
        }

        return [.. images.OrderBy(image => image.Path, StringComparer.Ordinal)];
    }

    private static DatasetFormatException Wrong(MemberSource source, string problem, string rule, string actual) =>
        new(source.Path, problem, rule, actual, "Give the official archives or folders of the data set.");
}

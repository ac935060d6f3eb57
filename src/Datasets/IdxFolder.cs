// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Datasets;

/// <summary>What a folder has of the four files of a data set, in any of the spellings that are in use.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Files">Path of each file, in the order of the definition; null where it is missing.</param>
internal sealed record IdxFolder(string Path, ImmutableArray<string?> Files)
{
    /// <summary>Whether nothing is missing.</summary>
    public bool IsComplete => Files.All(file => file is not null);

    /// <summary>Number of files that are there.</summary>
    public int FileCount => Files.Count(file => file is not null);

    /// <summary>Looks into a folder, which need not exist.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="wanted">The files to look for.</param>
    /// <returns>What is there.</returns>
    public static IdxFolder Look(string path, ImmutableArray<DatasetFile> wanted) =>
        new(path, [.. wanted.Select(file => Spellings(file.Name).Select(name => System.IO.Path.Combine(path, name)).FirstOrDefault(File.Exists))]);

    /// <summary>Names of the missing files.</summary>
    /// <param name="wanted">The files that were looked for.</param>
    /// <returns>The names without <c>.gz</c>.</returns>
    public IEnumerable<string> Missing(ImmutableArray<DatasetFile> wanted) => wanted.Where((_, i) => Files[i] is null).Select(file => file.Name);

    // Some archives unpack to names with a dot in place of the second dash: train-images.idx3-ubyte.
    private static IEnumerable<string> Spellings(string name)
    {
        string dotted = name.Replace("-idx", ".idx", StringComparison.Ordinal);
        return [name, dotted, name + ".gz", dotted + ".gz"];
    }
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets;

/// <summary>Finds the folder that a data set is read from.</summary>
internal static class DatasetFolders
{
    private const string SolutionFile = "Ai8x.Managed.sln";

    /// <summary>Finds the files in the folder that was asked for.</summary>
    /// <param name="definition">The data set.</param>
    /// <param name="directory">The folder itself, or the one that holds a folder named like the data set.</param>
    /// <exception cref="DatasetUnavailableException">The files are not there, or not all.</exception>
    public static IdxFolder Given(IdxDefinition definition, string directory)
    {
        string root = Path.GetFullPath(directory);
        IdxFolder[] places = [.. definition.FolderNames.Select(name => Path.Combine(root, name)).Append(root).Select(path => IdxFolder.Look(path, definition.Files))];
        IdxFolder best = places.MaxBy(place => place.FileCount)!;
        if (best.IsComplete)
        {
            return best;
        }

        string problem = best.FileCount > 0
            ? $"'{best.Path}' lacks {string.Join(", ", best.Missing(definition.Files))}. All four files must lie in one folder. "
            : $"none of its files is in the data folder; looked into {Listed(places.Select(place => place.Path))}. ";
        throw new DatasetUnavailableException(definition.Name, problem + Advice(definition));
    }

    /// <summary>The places to look into when no folder was given, the one for downloads not among them.</summary>
    /// <param name="definition">The data set.</param>
    public static IEnumerable<string> Usual(IdxDefinition definition)
    {
        if (definition.SystemFolder is not null)
        {
            yield return definition.SystemFolder;
        }

        if (definition.BundledFolder is null)
        {
            yield break;
        }

        yield return Path.Combine(AppContext.BaseDirectory, "data", definition.BundledFolder);
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, SolutionFile)))
            {
                yield return Path.Combine(folder.FullName, "data", definition.BundledFolder);
                yield break;
            }
        }
    }

    /// <summary>The folder that downloads of a data set go to, or null where the user has no folder for such data.</summary>
    /// <param name="definition">The data set.</param>
    /// <param name="cacheDirectory">The folder to use in place of the user's one, or null.</param>
    public static string? Cache(DatasetDefinition definition, string? cacheDirectory)
    {
        if (cacheDirectory is not null)
        {
            return Path.Combine(Path.GetFullPath(cacheDirectory), definition.Name);
        }

        string local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return local.Length == 0 ? null : Path.Combine(local, "ai8x", "datasets", definition.Name);
    }

    /// <summary>What to do about missing files.</summary>
    /// <param name="definition">The data set.</param>
    public static string Advice(IdxDefinition definition) =>
        $"Name with --data-dir a folder that holds {string.Join(", ", definition.Files.Select(file => file.Name))} (plain or .gz), itself or in a folder '{definition.FolderNames[0]}'.";

    /// <summary>Folders as a list in a sentence.</summary>
    /// <param name="folders">The folders.</param>
    public static string Listed(IEnumerable<string> folders) => string.Join(", ", folders.Select(folder => $"'{folder}'"));
}

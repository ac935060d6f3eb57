// SPDX-License-Identifier: MIT
using Ai8x.Datasets;
using Ai8x.Tensors;

namespace Ai8x.Bench.Models;

/// <summary>The training data of a model: the real set where its files are at hand, else random samples.</summary>
internal static class ModelSamples
{
    /// <summary>Names the folder with the data sets' files; without it <c>../shared/data</c> beside the repository is looked into.</summary>
    public const string Variable = "AI8X_DATA_DIR";

    private const int RandomCount = 8192;
    private const string SolutionFile = "Ai8x.Managed.sln";

    public static SampleSource Training(BenchmarkModel model)
    {
        if (Folder() is string folder && DatasetCatalog.Names.Contains(model.Name))
        {
            try
            {
                return DatasetCatalog.Load(model.Name, new DatasetRequest { DataDirectory = folder }).Train;
            }
            catch (DatasetUnavailableException)
            {
                // The folder holds other sets; the result says that the samples are random.
            }
        }

        return new RandomSamples(model.Input, model.Classes, RandomCount);
    }

    /// <summary>What to do about random samples of a model.</summary>
    public static string Advice(BenchmarkModel model) =>
        $"{(Folder() is string folder ? $"its data set is not in {folder}" : "no folder of data sets is at hand")}, so random samples take its place; name by {Variable} a folder that holds the set in a folder {model.Name} of its own";

    /// <summary>The folder with the data sets, or null.</summary>
    public static string? Folder() => Environment.GetEnvironmentVariable(Variable) ?? Shared("data");

    /// <summary>A folder of the reference material beside the repository, or null where there is none.</summary>
    public static string? Shared(params string[] parts)
    {
        string? folder = Repository() is string repository ? Path.Combine([Path.GetDirectoryName(repository)!, "shared", .. parts]) : null;
        return Directory.Exists(folder) ? folder : null;
    }

    /// <summary>The root of the repository, or null outside it.</summary>
    public static string? Repository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, SolutionFile))) return folder.FullName;
        }

        return null;
    }
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Golden.Simulator;

/// <summary>The shared golden vectors beside the repository, where they are present.</summary>
internal static class GoldenFolder
{
    public static string? Root { get; } = Find();

    /// <summary>All case folders below a group, or none where the vectors are absent.</summary>
    public static IEnumerable<string> Cases(string group) =>
        Root is null ? [] : Directory.EnumerateDirectories(Path.Combine(Root, group)).Order(StringComparer.Ordinal);

    public static string Require(params string[] parts)
    {
        Assert.SkipWhen(Root is null, "the golden vectors are not beside this repository");
        return Path.Combine([Root!, .. parts]);
    }

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln")))
                continue;
            string golden = Path.Combine(folder.Parent?.FullName ?? string.Empty, "shared", "golden");
            return Directory.Exists(golden) ? golden : null;
        }

        return null;
    }
}

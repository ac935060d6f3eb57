// SPDX-License-Identifier: MIT
namespace Ai8x.Acceptance;

/// <summary>Where the tests find the repository and, where present, the shared reference material beside it.</summary>
internal static class Locations
{
    public static string Repository { get; } = FindRepository();

    /// <summary>Reference vectors and data beside the checkout, or null on a machine that has only the repository.</summary>
    public static string? Shared { get; } = Path.Combine(Directory.GetParent(Repository)!.FullName, "shared") is var folder && Directory.Exists(folder) ? folder : null;

    public static string RequireShared(params string[] parts)
    {
        Assert.SkipUnless(Shared is not null, "The reference vectors and data are not beside this checkout.");
        return Path.Combine([Shared!, .. parts]);
    }

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests must run from inside the repository.");
    }
}

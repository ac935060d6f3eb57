// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets.Archives;

/// <summary>Checks the paths that an archive claims for its members.</summary>
internal static class MemberPath
{
    /// <summary>Checks a path and brings it to one spelling.</summary>
    /// <param name="archive">The archive, for messages.</param>
    /// <param name="stored">The path as stored.</param>
    /// <returns>The path without leading <c>./</c>, or "" for the folder itself.</returns>
    /// <exception cref="DatasetFormatException">The path leads out of the archive's folder, or is no path of an archive.</exception>
    public static string Checked(string archive, string stored)
    {
        string path = stored;
        while (path.StartsWith("./", StringComparison.Ordinal)) path = path[2..];
        if (path is "." or "") return "";
        bool drive = path.Length > 1 && path[1] == ':';
        if (path[0] == '/' || drive || path.AsSpan().IndexOfAny('\\', '\0') >= 0 || path.Split('/').Contains(".."))
        {
            throw new DatasetFormatException(
                archive,
                "A member points outside the archive's folder.",
                "Paths must be relative, with forward slashes and without '..'.",
                $"'{Printable(stored)}'",
                "This is not the official archive: fetch it again.");
        }

        return path;
    }

    /// <summary>The error for a member that is a link.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="path">The member.</param>
    /// <param name="kind">What it is, as a phrase.</param>
    public static DatasetFormatException NoFile(string archive, string path, string kind) => new(
        archive,
        $"The member '{Printable(path)}' is no plain file.",
        "An archive of a data set holds files and folders only.",
        kind,
        "This is not the official archive: fetch it again.");

    private static string Printable(string text) => string.Concat(text.Take(200).Select(letter => char.IsControl(letter) ? '?' : letter));
}

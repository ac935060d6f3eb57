// SPDX-License-Identifier: MIT
namespace Ai8x.Flow;

/// <summary>Small rules for printed text.</summary>
internal static class Text
{
    /// <summary>The lines of a text without its last line end.</summary>
    public static IEnumerable<string> Lines(string text) => text.TrimEnd('\n', '\r').Split('\n').Select(line => line.TrimEnd('\r'));

    /// <summary>A path as the user would type it: relative where it lies below the current folder, with forward slashes.</summary>
    public static string Shown(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return (relative.StartsWith("..", StringComparison.Ordinal) ? path : relative).Replace('\\', '/');
    }
}

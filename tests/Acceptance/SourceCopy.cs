// SPDX-License-Identifier: MIT
namespace Ai8x.Acceptance;

/// <summary>The sources in a folder of their own, so that publishing leaves the tree alone that is being tested.</summary>
internal static class SourceCopy
{
    /// <summary>Copies folders of the repository and the files beside them.</summary>
    /// <param name="target">Receives the copy.</param>
    /// <param name="parts">Folders, from the root of the repository.</param>
    public static void Make(string target, params ReadOnlySpan<string> parts)
    {
        foreach (string part in parts) Copy(Path.Combine(Locations.Repository, part), Path.Combine(target, part));
        foreach (string file in Directory.EnumerateFiles(Locations.Repository)) File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (string folder in Directory.EnumerateDirectories(from).Where(folder => Path.GetFileName(folder) is not ("bin" or "obj"))) Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
    }
}

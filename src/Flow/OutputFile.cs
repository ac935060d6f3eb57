// SPDX-License-Identifier: MIT
namespace Ai8x.Flow;

/// <summary>Makes sure that a file can be written before hours of work depend on it.</summary>
internal static class OutputFile
{
    /// <summary>Looks whether the file can be made or replaced; nothing is left behind.</summary>
    /// <param name="option">The option that names the file.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="FlowException">The path is a folder, or the folder it lies in cannot be written.</exception>
    public static void Require(string option, string path)
    {
        if (path.Length == 0) throw new FlowException($"{option} is empty. Name a file.");
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full) || Path.EndsInDirectorySeparator(path)) throw new FlowException($"{option} '{path}': this is a folder. Name a file.");
        string? folder = Path.GetDirectoryName(full);
        while (folder is not null && !Directory.Exists(folder))
        {
            if (File.Exists(folder)) throw new FlowException($"{option} '{path}': '{Text.Shown(folder)}' is a file, not a folder. Name another file.");
            folder = Path.GetDirectoryName(folder);
        }

        try
        {
            string probe = Path.Combine(folder ?? full, Path.GetRandomFileName());
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FlowException($"{option} '{path}': the folder '{Text.Shown(folder ?? full)}' cannot be written. Name a file in another folder.", failure);
        }
    }
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Flow;

/// <summary>Makes sure that a folder can be written before hours of work depend on it.</summary>
internal static class OutputFolder
{
    /// <summary>Makes the folder and tries a write; what it made is removed again if the write fails.</summary>
    /// <exception cref="FlowException">The folder cannot be made or written.</exception>
    public static string Require(string path)
    {
        if (path.Length == 0) throw new FlowException("The name of an output folder is empty. Name a folder.");
        string full = Path.GetFullPath(path);
        bool existed = Directory.Exists(full);
        try
        {
            Directory.CreateDirectory(full);
            string probe = Path.Combine(full, Path.GetRandomFileName());
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }

            return full;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (!existed && Directory.Exists(full)) Directory.Delete(full);
            throw new FlowException($"The output folder '{path}' cannot be written: {failure.Message} Choose another folder.", failure);
        }
    }
}

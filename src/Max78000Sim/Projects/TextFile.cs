// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects;

/// <summary>A file of a project folder, read with a limit on its size.</summary>
internal static class TextFile
{
    /// <summary>Largest file: the kernels of a full device take under 2 MB as text.</summary>
    public const long MaximumBytes = 32 << 20;

    /// <summary>Reads a file as text.</summary>
    /// <exception cref="ProjectFormatException">The file is missing or too large.</exception>
    public static string Read(string folder, string name)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        if (!file.Exists)
            throw new ProjectFormatException(name, 0, $"the file is missing in {folder}");
        if (file.Length > MaximumBytes)
            throw new ProjectFormatException(name, 0, $"the file has {file.Length} bytes; at most {MaximumBytes} are read");
        return File.ReadAllText(file.FullName);
    }

    /// <summary>Reads a file if it is there.</summary>
    public static string? ReadIfPresent(string folder, string name) => File.Exists(Path.Combine(folder, name)) ? Read(folder, name) : null;
}

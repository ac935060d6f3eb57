// SPDX-License-Identifier: MIT
using System.Text;

namespace Ai8x.CodeGen.Output;

/// <summary>
/// Puts finished files on disk so that none is ever half written: all of them go first into a folder beside the target. A new target appears by
/// one rename; where it exists already, each file replaces its predecessor by a rename and others stay.
/// </summary>
internal static class AtomicFolder
{
    private static readonly UTF8Encoding Plain = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes the files into a folder.</summary>
    /// <param name="folder">The target; it and its parents are made where they do not exist.</param>
    /// <param name="files">File names without folder, and their text.</param>
    /// <exception cref="IOException">The files cannot be written; what was there before is whole, old or new, and nothing else is left behind.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Write(string folder, IReadOnlyList<(string Name, string Text)> files)
    {
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string parent = Path.GetDirectoryName(target) ?? throw new IOException($"'{folder}' is no folder that can be made.");
        Write(parent, Path.GetFileName(target), files);
    }

    /// <summary>Writes the files into a folder of a parent.</summary>
    /// <returns>Full path of the folder.</returns>
    /// <exception cref="IOException">The files cannot be written; what was there before is whole, old or new, and nothing else is left behind.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static string Write(string parentFolder, string name, IReadOnlyList<(string Name, string Text)> files)
    {
        string parent = Path.GetFullPath(parentFolder);
        string target = Path.Combine(parent, name);
        string staging = Path.Combine(parent, $".{name}.{Path.GetRandomFileName()}.tmp");
        string? madeFolder = null;
        try
        {
            madeFolder = FirstMissing(parent);
            Directory.CreateDirectory(parent);
            RequireReplaceable(target, files);
            Stage(staging, files);
            Place(staging, target, files);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Discard(staging);
            DiscardEmpty(madeFolder);
            string message = $"The files cannot be written to '{target}': {error.Message} Choose another folder, or change the rights of this one.";
            throw error is UnauthorizedAccessException ? new UnauthorizedAccessException(message, error) : new IOException(message, error);
        }

        return target;
    }

    private static void RequireReplaceable(string target, IReadOnlyList<(string Name, string Text)> files)
    {
        if (File.Exists(target)) throw new IOException("There is a file of that name.");
        foreach ((string name, _) in files)
        {
            if (Directory.Exists(Path.Combine(target, name))) throw new IOException($"'{name}' is a folder there, not a file.");
        }
    }

    private static void Stage(string staging, IReadOnlyList<(string Name, string Text)> files)
    {
        Directory.CreateDirectory(staging);
        foreach ((string name, string text) in files)
        {
            using var stream = new FileStream(Path.Combine(staging, name), FileMode.CreateNew, FileAccess.Write, FileShare.None);
            stream.Write(Plain.GetBytes(text));
            // The new name must not become durable before the content is.
            stream.Flush(flushToDisk: true);
        }
    }

    private static void Place(string staging, string target, IReadOnlyList<(string Name, string Text)> files)
    {
        if (!Directory.Exists(target))
        {
            Directory.Move(staging, target);
            return;
        }

        foreach ((string name, _) in files) File.Move(Path.Combine(staging, name), Path.Combine(target, name), overwrite: true);
        Directory.Delete(staging);
    }

    /// <summary>The topmost folder of a path that does not exist yet, or null.</summary>
    private static string? FirstMissing(string folder)
    {
        string? missing = null;
        for (string? f = folder; f is not null && !Directory.Exists(f); f = Path.GetDirectoryName(f)) missing = f;
        return missing;
    }

    private static void Discard(string staging)
    {
        try
        {
            if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The error that led here says more than a left-over temporary folder.
        }
    }

    /// <summary>Removes the folders that were made for the files, innermost first, as long as nothing is in them.</summary>
    private static void DiscardEmpty(string? folder)
    {
        try
        {
            if (folder is null || !Directory.Exists(folder) || Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any()) return;
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // As above.
        }
    }
}

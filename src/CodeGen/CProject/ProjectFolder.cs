// SPDX-License-Identifier: MIT
using System.Text;

namespace Ai8x.CodeGen.CProject;

/// <summary>
/// Puts finished files on disk: all of them first into a folder beside the project, which then takes its place in one step. Where the
/// project exists already, each file replaces its predecessor in one step.
/// </summary>
internal static class ProjectFolder
{
    /// <exception cref="IOException">The folder cannot be written; what was there before is unchanged.</exception>
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
            string message = $"The C project cannot be written to '{target}': {error.Message} Choose another folder, or change the rights of this one.";
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
            stream.Write(Encoding.ASCII.GetBytes(text));
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

    /// <summary>Removes the folders that were made for the project, innermost first, as long as nothing is in them.</summary>
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

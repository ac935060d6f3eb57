// SPDX-License-Identifier: MIT
using System.Text;

namespace Ai8x.CodeGen.Output;

/// <summary>
/// Writes the files of a folder so that no file is ever half written: all of them go to a temporary folder beside the target first. A new
/// target appears by one rename; in an existing one each file is replaced by a rename.
/// </summary>
internal static class AtomicFolder
{
    private static readonly UTF8Encoding Plain = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes the files; others that are in the target stay.</summary>
    /// <param name="folder">The target.</param>
    /// <param name="files">File names without folder, and their text.</param>
    /// <exception cref="IOException">The files cannot be written; existing ones are whole, old or new.</exception>
    public static void Write(string folder, IReadOnlyList<(string Name, string Text)> files)
    {
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string parent = Path.GetDirectoryName(target) ?? throw new IOException($"{folder} is no folder that can be made.");
        Directory.CreateDirectory(parent);
        string temporary = Path.Combine(parent, "." + Path.GetFileName(target) + "." + Path.GetRandomFileName());
        Directory.CreateDirectory(temporary);
        try
        {
            foreach ((string name, string text) in files) WriteThrough(Path.Combine(temporary, name), text);
            if (Directory.Exists(target))
            {
                foreach ((string name, _) in files) File.Move(Path.Combine(temporary, name), Path.Combine(target, name), overwrite: true);
            }
            else
            {
                Directory.Move(temporary, target);
            }
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }

    private static void WriteThrough(string path, string text)
    {
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        stream.Write(Plain.GetBytes(text));
        stream.Flush(flushToDisk: true);
    }
}

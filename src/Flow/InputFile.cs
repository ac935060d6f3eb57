// SPDX-License-Identifier: MIT
namespace Ai8x.Flow;

/// <summary>Looks at what an option names before it is read, so that the message says which option is meant.</summary>
internal static class InputFile
{
    /// <summary>Requires a file.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="FlowException">There is nothing of this name, or it is a folder.</exception>
    public static void Require(string option, string path)
    {
        if (Directory.Exists(path)) throw new FlowException($"{option} '{path}': this is a folder. Name a file.");
        RequireFileOrFolder(option, path);
    }

    /// <summary>Requires a file or a folder.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">The file or folder.</param>
    /// <exception cref="FlowException">There is nothing of this name.</exception>
    public static void RequireFileOrFolder(string option, string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path)) throw new FlowException($"{option} '{path}': there is no such file. Check the path.");
    }

    /// <summary>Requires a folder.</summary>
    /// <param name="option">The option or argument that names it.</param>
    /// <param name="path">The folder.</param>
    /// <exception cref="FlowException">There is nothing of this name, or it is a file.</exception>
    public static void RequireFolder(string option, string path)
    {
        if (File.Exists(path)) throw new FlowException($"{option} '{path}': this is a file. Name a folder.");
        if (!Directory.Exists(path)) throw new FlowException($"{option} '{path}': there is no such folder. Check the path.");
    }
}

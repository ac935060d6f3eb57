// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.CodeGen.CProject;

/// <summary>Which names a project may have: those that are one folder below the given one, also on systems with stricter rules.</summary>
internal static class ProjectName
{
    private const int MaximumLength = 100;

    private static readonly string[] DeviceNames = ["con", "prn", "aux", "nul"];

    /// <exception cref="ProjectNameException">The name breaks a rule.</exception>
    public static void Check(string name)
    {
        if (string.IsNullOrEmpty(name)) throw new ProjectNameException(name ?? "", "the name is empty; give the project a name.");
        if (name.Length > MaximumLength)
            throw new ProjectNameException(name[..20] + "...", string.Create(CultureInfo.InvariantCulture, $"the name has {name.Length} characters, at most {MaximumLength} are allowed; shorten it."));
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
                throw new ProjectNameException(CommentText.Clean(name), string.Create(CultureInfo.InvariantCulture, $"character U+{(int)c:X4} is not allowed; use letters, digits, '-', '_' and '.'. The folder is given separately."));
        }

        if (name[0] is '.' or '-' || name[^1] == '.') throw new ProjectNameException(name, "a name starts neither with '.' nor with '-', and does not end with '.'.");
        if (DeviceNames.Contains(name.Split('.')[0], StringComparer.OrdinalIgnoreCase)) throw new ProjectNameException(name, "this name is reserved on Windows; choose another one.");
    }
}

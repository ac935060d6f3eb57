// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen;

/// <summary>A project name that cannot be the name of a folder and of a program on every system.</summary>
public sealed class ProjectNameException : FormatException
{
    /// <summary>Creates the error.</summary>
    /// <param name="name">The name as given.</param>
    /// <param name="rule">The broken rule and what to do.</param>
    public ProjectNameException(string name, string rule)
        : base($"Project name '{name}': {rule}")
    {
        Name = name;
    }

    /// <summary>The name as given.</summary>
    public string Name { get; }
}

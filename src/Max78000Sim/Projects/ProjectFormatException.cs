// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects;

/// <summary>A file of a project folder is not what docs/c-project.md (C project) or the vector format allows.</summary>
public sealed class ProjectFormatException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="file">Name of the file, without its folder.</param>
    /// <param name="line">Line from 1, or 0 if the file as a whole is meant.</param>
    /// <param name="problem">What is wrong and what is expected.</param>
    public ProjectFormatException(string file, int line, string problem)
        : base(line > 0 ? $"{file}:{line}: {problem}" : $"{file}: {problem}")
    {
        File = file;
        Line = line;
        Problem = problem;
    }

    /// <summary>Name of the file.</summary>
    public string File { get; }

    /// <summary>Line from 1, or 0 if the file as a whole is meant.</summary>
    public int Line { get; }

    /// <summary>What is wrong.</summary>
    public string Problem { get; }
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors;

/// <summary>A <c>.npy</c> or <c>.npz</c> file is malformed, or holds something that was not asked for.</summary>
public sealed class NpyFormatException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="source">The file, or a name for data that is in no file.</param>
    /// <param name="problem">What is wrong and what to do, as sentences.</param>
    /// <param name="inner">The error that led to this one, or null.</param>
    public NpyFormatException(string source, string problem, Exception? inner = null)
        : base($"{source}: {problem}", inner)
    {
        File = source;
        Problem = problem;
    }

    /// <summary>The file, or a name for data that is in no file.</summary>
    public string File { get; }

    /// <summary>What is wrong and what to do.</summary>
    public string Problem { get; }
}

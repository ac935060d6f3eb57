// SPDX-License-Identifier: MIT
namespace Ai8x.Optim;

/// <summary>A checkpoint file is damaged, or belongs to another model, optimizer or configuration.</summary>
/// <param name="path">The file, or null where the content did not come from one.</param>
/// <param name="problem">What is wrong and what to do.</param>
public sealed class CheckpointException(string? path, string problem)
    : FormatException(path is null ? problem : $"{path}: {problem}")
{
    /// <summary>The file, or null.</summary>
    public string? Path { get; } = path;

    /// <summary>What is wrong and what to do.</summary>
    public string Problem { get; } = problem;
}

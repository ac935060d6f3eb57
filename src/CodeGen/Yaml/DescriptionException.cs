// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Limits;

namespace Ai8x.CodeGen;

/// <summary>A network description is refused; all reasons are collected, format errors and broken limits of the device alike.</summary>
public sealed class DescriptionException : FormatException
{
    internal DescriptionException(ImmutableArray<DescriptionError> errors, bool truncated)
        : base(string.Join(Environment.NewLine, errors.Select(error => error.Message).Concat(truncated ? ["Further errors are not listed."] : [])))
    {
        Errors = errors;
        Truncated = truncated;
    }

    /// <summary>The errors, at least one, by line.</summary>
    public ImmutableArray<DescriptionError> Errors { get; }

    /// <summary>Whether there are more errors than are listed.</summary>
    public bool Truncated { get; }

    /// <summary>The errors that are broken limits of the device.</summary>
    public IEnumerable<LimitViolation> Violations => Errors.Select(error => error.Violation).OfType<LimitViolation>();
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;

namespace Ai8x.CodeGen;

/// <summary>One mistake in a network description.</summary>
/// <param name="Line">Line from 1.</param>
/// <param name="Column">Column from 1.</param>
/// <param name="Text">What is wrong and what to do, in full sentences.</param>
public readonly record struct DescriptionError(int Line, int Column, string Text);

/// <summary>A network description is malformed or asks for something that is not supported; all mistakes are collected where possible.</summary>
public sealed class DescriptionException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="sourceName">Name of the file.</param>
    /// <param name="errors">At least one mistake.</param>
    public DescriptionException(string sourceName, IEnumerable<DescriptionError> errors)
        : this(sourceName, [.. errors.OrderBy(e => e.Line).ThenBy(e => e.Column)])
    {
    }

    private DescriptionException(string sourceName, ImmutableArray<DescriptionError> errors)
        : base(string.Join(Environment.NewLine, errors.Select(e => string.Create(CultureInfo.InvariantCulture, $"{sourceName}({e.Line},{e.Column}): {e.Text}"))))
    {
        SourceName = sourceName;
        Errors = errors;
    }

    /// <summary>Name of the file.</summary>
    public string SourceName { get; }

    /// <summary>The mistakes in the order of the file.</summary>
    public ImmutableArray<DescriptionError> Errors { get; }
}

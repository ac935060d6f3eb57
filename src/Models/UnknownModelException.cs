// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Models;

/// <summary>There is no model of the given name.</summary>
/// <param name="name">The name that was asked for.</param>
/// <param name="known">The names that exist.</param>
public sealed class UnknownModelException(string name, ImmutableArray<string> known)
    : FormatException($"there is no model \"{name}\"; the models are {string.Join(", ", known)}")
{
    /// <summary>The name that was asked for.</summary>
    public string ModelName { get; } = name;

    /// <summary>The names that exist.</summary>
    public ImmutableArray<string> Known { get; } = known;
}

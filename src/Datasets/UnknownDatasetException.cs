// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Datasets;

/// <summary>A data set was asked for by a name that the catalog does not have.</summary>
public sealed class UnknownDatasetException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="name">The name that was asked for.</param>
    /// <param name="known">The names that the catalog has.</param>
    public UnknownDatasetException(string name, ImmutableArray<string> known)
        : base($"There is no data set '{name}'. Known data sets: {string.Join(", ", known)}. Use one of these names.")
    {
        Name = name;
        Known = known;
    }

    /// <summary>The name that was asked for.</summary>
    public string Name { get; }

    /// <summary>The names that the catalog has.</summary>
    public ImmutableArray<string> Known { get; }
}

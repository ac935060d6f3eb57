// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Device.Limits;

/// <summary>A network or its description breaks one or more rules of the device; all of them are collected.</summary>
public sealed class LimitException : Exception
{
    /// <summary>Makes the exception from the collected violations.</summary>
    /// <param name="violations">At least one violation.</param>
    public LimitException(params IEnumerable<LimitViolation> violations)
        : this([.. violations])
    {
    }

    private LimitException(ImmutableArray<LimitViolation> violations)
        : base(string.Join(Environment.NewLine, violations.Select(v => v.Message))) => Violations = violations;

    /// <summary>All broken rules, in layer order.</summary>
    public ImmutableArray<LimitViolation> Violations { get; }
}

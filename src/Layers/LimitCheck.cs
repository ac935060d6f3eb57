// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;

namespace Ai8x.Layers;

/// <summary>Collects the violations of one layer, so that all of them are reported at once.</summary>
internal sealed class LimitCheck(string where)
{
    private readonly List<LimitViolation> _violations = [];

    /// <summary>The layer in words.</summary>
    public string Where => where;

    public void Require(bool holds, LimitRule rule, FormattableString actual, string remedy)
    {
        if (!holds) _violations.Add(new LimitViolation(rule, where, FormattableString.Invariant(actual), remedy));
    }

    public void ThrowIfAny()
    {
        if (_violations.Count > 0) throw new LimitException(_violations);
    }
}

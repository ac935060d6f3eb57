// SPDX-License-Identifier: MIT
namespace Ai8x.Device.Limits;

/// <summary>A rule that a network or its description breaks: where, which rule, the actual value, what to do.</summary>
/// <param name="Rule">The broken rule.</param>
/// <param name="Where">The place in words, for example <c>layer 2 "conv2"</c>, with file and line where known.</param>
/// <param name="Actual">The actual value in words, for example <c>it needs 1,200 bytes</c>.</param>
/// <param name="Remedy">What the user can change, as an imperative sentence.</param>
public sealed record LimitViolation(LimitRule Rule, string Where, string Actual, string Remedy)
{
    /// <summary>The full sentence shown to the user.</summary>
    public string Message => $"{Where}: {Rule.Sentence} ({Rule.Id}) Here {Actual}. {Remedy}";
}

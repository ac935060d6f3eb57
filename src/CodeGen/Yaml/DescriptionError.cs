// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;

namespace Ai8x.CodeGen;

/// <summary>One reason why a network description is refused: where, which rule, the actual value, what to do.</summary>
/// <param name="Source">Name of the file.</param>
/// <param name="Line">Line in the file, from 1; 0 where the error belongs to no line.</param>
/// <param name="Column">Column in the line, from 1; 0 where the error belongs to no line.</param>
/// <param name="Layer">Index of the layer in ascending <c>sequence</c>, or null for errors outside the layers.</param>
/// <param name="LayerName">The layer's <c>name</c>, or null.</param>
/// <param name="RuleId">Stable kebab-case identity: one of <see cref="DescriptionRules"/>, or the id of <paramref name="Limit"/>.</param>
/// <param name="Rule">The rule as one full sentence.</param>
/// <param name="Actual">The actual value in words, continuing a sentence that begins with "Here".</param>
/// <param name="Remedy">What the user can change, as an imperative sentence.</param>
/// <param name="Limit">The limit of the device that is broken, or null for rules of the description language.</param>
public sealed record DescriptionError(
    string Source,
    int Line,
    int Column,
    int? Layer,
    string? LayerName,
    string RuleId,
    string Rule,
    string Actual,
    string Remedy,
    LimitRule? Limit = null)
{
    /// <summary>The place in words, for example <c>layer 2 "conv2" (mnist.yaml line 14, column 3)</c>.</summary>
    public string Where
    {
        get
        {
            string place = Line == 0 ? Source : string.Create(CultureInfo.InvariantCulture, $"{Source} line {Line}, column {Column}");
            if (Layer is not int layer) return place;
            string name = LayerName is null ? "" : $" \"{LayerName}\"";
            return string.Create(CultureInfo.InvariantCulture, $"layer {layer}{name} ({place})");
        }
    }

    /// <summary>The full sentence shown to the user.</summary>
    public string Message => $"{Where}: {Rule} ({RuleId}) Here {Actual}. {Remedy}";

    /// <summary>The error as a violation of the device's limit, or null if it breaks a rule of the description language.</summary>
    public LimitViolation? Violation => Limit is null ? null : new LimitViolation(Limit, Where, Actual, Remedy);
}

// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using Ai8x.Device.Limits;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Collects the errors of one file, up to a bound that keeps the message of a hostile file short.</summary>
internal sealed class ErrorList(string source)
{
    private const int Capacity = 100;
    private readonly List<DescriptionError> _errors = [];
    private bool _truncated;

    public string Source => source;

    public bool Any => _errors.Count > 0;

    public void Add(Place place, string ruleId, string rule, string actual, string remedy) =>
        Add(new DescriptionError(source, place.Line, place.Column, place.Layer, place.LayerName, ruleId, rule, actual, remedy));

    public void Add(Place place, LimitRule limit, string actual, string remedy) =>
        Add(new DescriptionError(source, place.Line, place.Column, place.Layer, place.LayerName, limit.Id, limit.Sentence, actual, remedy, limit));

    public void ThrowIfAny()
    {
        if (Any) Throw();
    }

    [DoesNotReturn]
    public void Throw() => throw new DescriptionException([.. _errors.OrderBy(error => error.Line)], _truncated);

    private void Add(DescriptionError error)
    {
        if (_errors.Count < Capacity) _errors.Add(error);
        else _truncated = true;
    }
}

/// <summary>Where an error is: position in the file and, inside the layers, which layer.</summary>
internal readonly record struct Place(int Line, int Column, int? Layer = null, string? LayerName = null);

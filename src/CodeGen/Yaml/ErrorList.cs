// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Collects the mistakes of one file.</summary>
internal sealed class ErrorList(string sourceName)
{
    private readonly List<DescriptionError> _errors = [];

    public void Add(YamlNode node, FormattableString text) => _errors.Add(new(node.Line, node.Column, text.ToString(CultureInfo.InvariantCulture)));

    public void Add(int line, int column, string text) => _errors.Add(new(line, column, text));

    public void ThrowIfAny()
    {
        if (_errors.Count > 0) throw new DescriptionException(sourceName, _errors);
    }
}

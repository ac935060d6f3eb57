// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;

namespace Ai8x.CodeGen.Yaml;

/// <summary>A value of the YAML text with its position.</summary>
internal abstract class YamlNode(int line, int column)
{
    public int Line => line;

    public int Column => column;

    /// <summary>The value in words, for messages.</summary>
    public abstract string Description { get; }
}

/// <summary>A single value; quoted ones are always text.</summary>
internal sealed class YamlScalar(int line, int column, string text, bool quoted) : YamlNode(line, column)
{
    public string Text => text;

    public bool Quoted => quoted;

    public bool IsNull => !quoted && text is "" or "~" or "null" or "Null" or "NULL";

    public override string Description => IsNull ? "an empty value" : quoted ? $"the quoted text '{DescriptionText.Excerpt(text)}'" : $"'{DescriptionText.Excerpt(text)}'";
}

/// <summary>A list.</summary>
internal sealed class YamlList(int line, int column, IReadOnlyList<YamlNode> items) : YamlNode(line, column)
{
    public IReadOnlyList<YamlNode> Items => items;

    public override string Description => items.Count == 1 ? "a list of one item" : $"a list of {DescriptionText.Number(items.Count)} items";
}

/// <summary>A mapping; keys are plain text and stand in file order, duplicates included.</summary>
internal sealed class YamlMapping(int line, int column, IReadOnlyList<YamlMember> members) : YamlNode(line, column)
{
    public IReadOnlyList<YamlMember> Members => members;

    public override string Description => "a mapping";

    public bool TryGet(string key, [NotNullWhen(true)] out YamlNode? value)
    {
        value = members.FirstOrDefault(member => member.Key.Text == key)?.Value;
        return value is not null;
    }
}

/// <summary>A key with its value.</summary>
internal sealed record YamlMember(YamlScalar Key, YamlNode Value);

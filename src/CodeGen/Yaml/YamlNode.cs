// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen.Yaml;

/// <summary>A value in a YAML file with its place, line and column from 1.</summary>
internal abstract record YamlNode(int Line, int Column);

/// <summary>Text or number; <paramref name="Quoted"/> if it stood in quotes, so that it is text in any case.</summary>
internal sealed record YamlScalar(int Line, int Column, string Value, bool Quoted) : YamlNode(Line, Column);

/// <summary>A list.</summary>
internal sealed record YamlList(int Line, int Column, IReadOnlyList<YamlNode> Items) : YamlNode(Line, Column);

/// <summary>A mapping; keys are unique.</summary>
internal sealed record YamlMapping(int Line, int Column, IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries) : YamlNode(Line, Column);

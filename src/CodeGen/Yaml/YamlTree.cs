// SPDX-License-Identifier: MIT
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Ai8x.CodeGen.Yaml;

/// <summary>
/// Reads a YAML file into plain nodes. The file is not trusted: its size, depth and number of values are limited, and anchors, aliases and
/// tags, which a description does not need, are refused.
/// </summary>
internal sealed class YamlTree(string sourceName)
{
    private const int MaximumCharacters = 1 << 20;
    private const int MaximumDepth = 16;
    private const int MaximumNodes = 100_000;
    private readonly ErrorList _errors = new(sourceName);
    private int _nodes;

    /// <summary>Reads the one document of a file.</summary>
    /// <exception cref="DescriptionException">The text is no YAML, or exceeds the limits.</exception>
    public YamlNode Read(string text)
    {
        if (text.Length > MaximumCharacters) throw Stop(1, 1, $"The file has {text.Length} characters; {MaximumCharacters} are allowed.");
        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _)) throw Stop(1, 1, "The file is empty.");
            parser.Consume<DocumentStart>();
            YamlNode root = Node(parser, 1);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out _)) throw Stop(parser.Current, "The file holds more than one document; keep one.");
            _errors.ThrowIfAny();
            return root;
        }
        catch (YamlException e)
        {
            throw Stop((int)e.Start.Line, (int)e.Start.Column, $"This is not well-formed YAML: {e.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException or NullReferenceException)
        {
            // The parser meets some broken files, for example a list that is never closed, with exceptions of its own inner workings.
            throw Stop(parser.Current, "This is not well-formed YAML: something behind this place is never closed or out of place.");
        }
    }

    private YamlNode Node(Parser parser, int depth)
    {
        if (depth > MaximumDepth) throw Stop(parser.Current, $"Values are nested deeper than {MaximumDepth} levels.");
        if (++_nodes > MaximumNodes) throw Stop(parser.Current, $"The file holds more than {MaximumNodes} values.");
        if (parser.Accept<AnchorAlias>(out AnchorAlias? alias)) throw Stop(alias, "Aliases (*name) are not allowed; write the value out.");
        if (parser.Accept<NodeEvent>(out NodeEvent? node) && (!node.Anchor.IsEmpty || !node.Tag.IsEmpty))
        {
            throw Stop(node, "Anchors (&name) and tags (!name) are not allowed; write the plain value.");
        }

        if (parser.TryConsume<Scalar>(out var scalar)) return new YamlScalar((int)scalar.Start.Line, (int)scalar.Start.Column, scalar.Value, scalar.Style != ScalarStyle.Plain);
        if (parser.TryConsume<SequenceStart>(out var sequence))
        {
            List<YamlNode> items = [];
            while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Node(parser, depth + 1));
            return new YamlList((int)sequence.Start.Line, (int)sequence.Start.Column, items);
        }

        MappingStart start = parser.Consume<MappingStart>();
        return Mapping(parser, start, depth);
    }

    private YamlMapping Mapping(Parser parser, MappingStart start, int depth)
    {
        List<(YamlScalar, YamlNode)> entries = [];
        Dictionary<string, int> lines = new(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            YamlNode key = Node(parser, depth + 1);
            YamlNode value = Node(parser, depth + 1);
            if (key is not YamlScalar name)
            {
                _errors.Add(key, $"A key must be a name.");
            }
            else if (!lines.TryAdd(name.Value, name.Line))
            {
                _errors.Add(name, $"The key {name.Value} appears twice, first in line {lines[name.Value]}. Keep one.");
            }
            else
            {
                entries.Add((name, value));
            }
        }

        return new YamlMapping((int)start.Start.Line, (int)start.Start.Column, entries);
    }

    private DescriptionException Stop(ParsingEvent? at, string text) => Stop((int)(at?.Start.Line ?? 1), (int)(at?.Start.Column ?? 1), text);

    private DescriptionException Stop(int line, int column, string text) => new(sourceName, [new(Math.Max(line, 1), Math.Max(column, 1), text)]);
}

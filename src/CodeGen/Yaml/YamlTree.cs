// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Ai8x.CodeGen.Yaml;

/// <summary>
/// Builds the tree of one YAML document from parser events. Text, depth and number of values are bounded, and what could make a
/// small text large or ambiguous (anchors, aliases, tags, further documents) is refused, so hostile text costs little.
/// </summary>
internal sealed class YamlTree
{
    public const int MaximumCharacters = 1 << 20;
    private const int MaximumDepth = 8;
    private const int MaximumNodes = 20_000;

    private static readonly SearchValues<char> ControlCharacters =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(code => (char)code).Where(each => each is not ('\t' or '\n' or '\r')), '\u007F']);

    private readonly Parser _parser;
    private readonly ErrorList _errors;
    private int _nodes;

    private YamlTree(string text, ErrorList errors)
    {
        _parser = new Parser(new StringReader(text));
        _errors = errors;
    }

    /// <summary>Reads the only document of a text; throws <see cref="DescriptionException"/> if it cannot be read.</summary>
    public static YamlNode Read(string text, ErrorList errors)
    {
        if (text.Length > MaximumCharacters)
        {
            errors.Add(default, DescriptionRules.Size, "A description has at most 1,048,576 characters.", $"it has {DescriptionText.Number(text.Length)}", "Check that the right file is given.");
            errors.Throw();
        }

        RequireText(text, errors);
        try
        {
            return new YamlTree(text, errors).Document();
        }
        catch (YamlException e)
        {
            string reason = DescriptionText.Excerpt(e.Message, 120);
            errors.Add(At(e.Start), DescriptionRules.Syntax, "A description is well-formed YAML.", $"this is not well-formed YAML: {reason.TrimEnd('.')}", "Correct the text at or just before this place.");
            errors.Throw();
            throw;
        }
    }

    /// <summary>The parser ends at a zero character, so what follows would be left out without a word; YAML allows no control characters at all.</summary>
    private static void RequireText(string text, ErrorList errors)
    {
        int at = text.AsSpan().IndexOfAny(ControlCharacters);
        if (at < 0) return;
        int line = 1 + text.AsSpan(0, at).Count('\n'), column = at - text.LastIndexOf('\n', at);
        errors.Add(new Place(line, column), DescriptionRules.Syntax, "A description is text without control characters.", string.Create(CultureInfo.InvariantCulture, $"here is character U+{(int)text[at]:X4}"), "Remove it.");
        errors.Throw();
    }

    private YamlNode Document()
    {
        Next();
        if (Next() is StreamEnd end) Refuse(end, DescriptionRules.MissingKey, "A description has the keys arch, dataset and layers.", "the text is empty", "Check that the right file is given.");
        YamlNode root = Value(Next(), 1);
        Next();
        if (Next() is DocumentStart second) Refuse(second, DescriptionRules.Feature, "A file holds one description.", "a second YAML document begins", "Keep one document per file.");
        return root;
    }

    private YamlNode Value(ParsingEvent e, int depth)
    {
        if (++_nodes > MaximumNodes) Refuse(e, DescriptionRules.Size, "A description has at most 20,000 values.", "there are more", "Check that the right file is given.");
        if (depth > MaximumDepth) Refuse(e, DescriptionRules.Size, "Lists and mappings are nested at most 8 deep.", "they are nested deeper", "Remove the nesting; no key of a description needs it.");
        if (e is AnchorAlias || e is NodeEvent { Anchor.IsEmpty: false }) Refuse(e, DescriptionRules.Feature, "A description uses no YAML anchors and aliases.", "there is one", "Write the value out.");
        if (e is NodeEvent { Tag.IsEmpty: false }) Refuse(e, DescriptionRules.Feature, "A description uses no YAML tags.", "a value has one", "Remove the tag.");
        (int line, int column) = Position(e.Start);
        return e switch
        {
            Scalar scalar => new YamlScalar(line, column, scalar.Value, scalar.Style != ScalarStyle.Plain),
            SequenceStart => new YamlList(line, column, Items(depth)),
            MappingStart => new YamlMapping(line, column, Members(depth)),
            _ => throw new InvalidOperationException($"Unexpected YAML event {e.GetType().Name}."),
        };
    }

    private List<YamlNode> Items(int depth)
    {
        List<YamlNode> items = [];
        for (ParsingEvent e = Next(); e is not SequenceEnd; e = Next()) items.Add(Value(e, depth + 1));
        return items;
    }

    private List<YamlMember> Members(int depth)
    {
        List<YamlMember> members = [];
        for (ParsingEvent e = Next(); e is not MappingEnd; e = Next())
        {
            YamlNode key = Value(e, depth + 1);
            YamlNode value = Value(Next(), depth + 1);
            if (key is YamlScalar scalar) members.Add(new YamlMember(scalar, value));
            else Refuse(e, DescriptionRules.ValueType, "A key is a word.", $"it is {key.Description}", "Write each key as a word followed by a colon.");
        }

        return members;
    }

    private ParsingEvent Next()
    {
        Mark last = _parser.Current?.End ?? Mark.Empty;
        try
        {
            if (_parser.MoveNext() && _parser.Current is ParsingEvent e) return e;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or NullReferenceException or OverflowException)
        {
            // The parser answers some malformed texts with these instead of its own exception.
            throw new SyntaxErrorException(last, last, "the text behind this place is malformed");
        }

        throw new SyntaxErrorException(last, last, "the text ends too early");
    }

    private void Refuse(ParsingEvent e, string ruleId, string rule, string actual, string remedy)
    {
        _errors.Add(At(e.Start), ruleId, rule, actual, remedy);
        _errors.Throw();
    }

    private static Place At(Mark mark)
    {
        (int line, int column) = Position(mark);
        return new Place(line, column);
    }

    private static (int Line, int Column) Position(Mark mark) => ((int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));
}

// SPDX-License-Identifier: MIT
using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Yaml;

/// <summary>
/// The values of one mapping by main key name, read as the types of the description language. Unknown, repeated and doubly named
/// keys are reported on construction, values of a wrong type or range when they are asked for; both then count as absent.
/// </summary>
internal sealed class KeyedValues
{
    private readonly Dictionary<string, YamlMember> _members = new(StringComparer.Ordinal);
    private readonly ErrorList _errors;
    private readonly int? _layer;
    private readonly string? _layerName;

    /// <summary>Sorts the keys of a mapping.</summary>
    /// <param name="mapping">The mapping.</param>
    /// <param name="owner">What it describes, with an article, for messages.</param>
    /// <param name="keys">All spellings with their main names.</param>
    /// <param name="errors">Receives the errors.</param>
    /// <param name="layer">Index of the layer, or null outside the layers.</param>
    public KeyedValues(YamlMapping mapping, string owner, FrozenDictionary<string, string> keys, ErrorList errors, int? layer = null)
    {
        _errors = errors;
        _layer = layer;
        _layerName = layer is not null && mapping.TryGet("name", out YamlNode? name) && name is YamlScalar { IsNull: false } scalar && DescriptionText.IsAllowed(scalar.Text) ? scalar.Text : null;
        Self = At(mapping);
        foreach (YamlMember member in mapping.Members) Add(member, owner, keys);
    }

    /// <summary>Place of the whole mapping.</summary>
    public Place Self { get; }

    public ErrorList Errors => _errors;

    public bool Has(string key) => _members.ContainsKey(key);

    public YamlNode? Node(string key) => _members.GetValueOrDefault(key)?.Value;

    /// <summary>Place of a key's value, or of the mapping where the key is absent.</summary>
    public Place At(string key) => Node(key) is YamlNode node ? At(node) : Self;

    public Place At(YamlNode node) => new(node.Line, node.Column, _layer, _layerName);

    /// <summary>The key as the file spells it.</summary>
    public string Spelling(string key) => _members.GetValueOrDefault(key)?.Key.Text ?? key;

    public void WrongType(string key, YamlNode node, string expected) => _errors.Add(
        At(node), DescriptionRules.ValueType, $"The value of {Spelling(key)} is {expected}.", $"it is {node.Description}", $"Write {expected}.");

    public int? Integer(string key, int minimum, int maximum) => Node(key) is YamlNode node ? Integer(key, node, minimum, maximum) : null;

    public int? Integer(string key, YamlNode node, int minimum, int maximum)
    {
        if (AnyInteger(key, node) is not BigInteger value) return null;
        if (value >= minimum && value <= maximum) return (int)value;
        string range = minimum == maximum ? DescriptionText.Number(minimum) : $"{DescriptionText.Number(minimum)} to {DescriptionText.Number(maximum)}";
        OutOfRange(key, node, range, value);
        return null;
    }

    /// <summary>An integer, with its range left to a rule of the device; values beyond 32 bits are cut to the ends of their range.</summary>
    public int? WideInteger(string key)
    {
        if (Node(key) is not YamlNode node || AnyInteger(key, node) is not BigInteger value) return null;
        return (int)BigInteger.Max(int.MinValue, BigInteger.Min(int.MaxValue, value));
    }

    public bool? Boolean(string key)
    {
        if (Node(key) is not YamlNode node) return null;
        if (node is YamlScalar { Quoted: false } scalar && YamlNumbers.TryBoolean(scalar.Text, out bool value)) return value;
        WrongType(key, node, "true or false");
        return null;
    }

    public string? Text(string key)
    {
        if (Node(key) is not YamlNode node) return null;
        if (node is not YamlScalar scalar || scalar.IsNull)
        {
            WrongType(key, node, "a text");
            return null;
        }

        if (DescriptionText.IsAllowed(scalar.Text)) return scalar.Text;
        _errors.Add(At(node), DescriptionRules.ValueRange, $"The text of {Spelling(key)} is one line of 1 to 128 printable characters without blanks at its ends.", $"it is {node.Description}", "Shorten or simplify it.");
        return null;
    }

    /// <summary>One of some words, in any case; the result is the word's place in the list.</summary>
    public int? Choice(string key, params ReadOnlySpan<string> words)
    {
        if (Node(key) is not YamlNode node) return null;
        if (node is YamlScalar scalar)
        {
            for (int i = 0; i < words.Length; i++)
            {
                if (string.Equals(words[i], scalar.Text, StringComparison.OrdinalIgnoreCase)) return i;
            }
        }

        string all = string.Join(", ", words!);
        string remedy = node is YamlScalar misspelt ? KeySuggestion.For(misspelt.Text, words.ToArray(), "Use one of these words.") : "Use one of these words.";
        _errors.Add(At(node), DescriptionRules.ValueRange, $"The value of {Spelling(key)} is one of {all}.", $"{Spelling(key)} cannot be {node.Description}", remedy);
        return null;
    }

    /// <summary>Rows and columns: one number for rows of one column, or a list of two.</summary>
    public (int Rows, int Columns)? Dimensions(string key)
    {
        if (OneOrTwo(key) is not (int rows, var second)) return null;
        int columns = second ?? 1;
        if (rows is >= 1 and <= DeviceLimits.MaximumDimension && columns is >= 1 and <= DeviceLimits.MaximumDimension) return (rows, columns);
        _errors.Add(At(key), DeviceLimits.Dimensions, $"{key} is {DescriptionText.Number(rows)} rows and {DescriptionText.Number(columns)} columns", "Choose rows and columns in this range.");
        return null;
    }

    public int? Channels(string key)
    {
        if (WideInteger(key) is not int channels) return null;
        if (channels is < 1 or > DeviceLimits.MaximumChannels) _errors.Add(At(key), DeviceLimits.Channels, Shown(key), "Choose a number of channels in this range.");
        return channels;
    }

    /// <summary>A byte offset into data memory; null if absent or refused.</summary>
    public int? Offset(string key)
    {
        if (WideInteger(key) is not int offset) return null;
        if (offset >= 0 && offset < DeviceLimits.DataInstanceBytes && offset % 4 == 0) return offset;
        string remedy = offset % 4 == 0 ? "Choose an offset in this range." : "Round the offset to a multiple of 4.";
        _errors.Add(At(key), DeviceLimits.OffsetAlignment, Shown(key), remedy);
        return null;
    }

    /// <summary>One of some widths in bits, with its range left to a rule of the device.</summary>
    public int? Width(string key, LimitRule rule, params ReadOnlySpan<int> allowed)
    {
        if (WideInteger(key) is not int width) return null;
        if (allowed.Contains(width)) return width;
        _errors.Add(At(key), rule, $"{key} cannot be {Node(key)!.Description}", "Choose one of these widths.");
        return null;
    }

    public ProcessorMap? Map(string key)
    {
        if (Node(key) is not YamlNode node) return null;
        if (node is not YamlScalar scalar || scalar.IsNull || !YamlNumbers.TryMap(scalar.Text, scalar.Quoted, out BigInteger value))
        {
            WrongType(key, node, "a processor map, for example 0x000000000000000f");
            return null;
        }

        if (value >= 1 && value <= ulong.MaxValue) return new ProcessorMap((ulong)value);
        OutOfRange(key, node, "1 to 2^64 - 1, with one bit for each processor", value);
        return null;
    }

    /// <summary>One number, or a list of exactly two.</summary>
    public (int First, int? Second)? OneOrTwo(string key)
    {
        if (Node(key) is not YamlNode node) return null;
        if (node is not YamlList list) return Clamped(key, node) is int one ? (one, null) : null;
        if (list.Items.Count == 2) return Clamped(key, list.Items[0]) is int first && Clamped(key, list.Items[1]) is int second ? (first, second) : null;
        WrongType(key, node, "a number or a list of two numbers");
        return null;
    }

    /// <summary>The value of a key in words: the number for a number, otherwise as the file has it.</summary>
    public string Shown(string key)
    {
        string value = Node(key) switch
        {
            YamlScalar { Quoted: false } scalar when YamlNumbers.TryInteger(scalar.Text, out BigInteger number) => number.ToString(CultureInfo.InvariantCulture),
            YamlNode node => node.Description,
            null => "absent",
        };
        return $"{Spelling(key)} is {value}";
    }

    public void OutOfRange(string key, YamlNode node, string range, BigInteger value) => _errors.Add(
        At(node), DescriptionRules.ValueRange, $"The value of {Spelling(key)} is {range}.", $"{Spelling(key)} is {value.ToString(CultureInfo.InvariantCulture)}", "Choose a value in this range.");

    private int? Clamped(string key, YamlNode node) =>
        AnyInteger(key, node) is BigInteger value ? (int)BigInteger.Max(int.MinValue, BigInteger.Min(int.MaxValue, value)) : null;

    private BigInteger? AnyInteger(string key, YamlNode node)
    {
        if (node is YamlScalar { Quoted: false } scalar)
        {
            if (YamlNumbers.IsAmbiguous(scalar.Text))
            {
                _errors.Add(At(node), DescriptionRules.ValueType, "A decimal number has no leading zero, because readers disagree whether it is octal.", $"the value of {Spelling(key)} is {node.Description}", "Remove the zeros, or write 0x for a hexadecimal number.");
                return null;
            }

            if (YamlNumbers.TryInteger(scalar.Text, out BigInteger value)) return value;
        }

        WrongType(key, node, "an integer");
        return null;
    }

    private void Add(YamlMember member, string owner, FrozenDictionary<string, string> keys)
    {
        string written = member.Key.Text;
        Place place = At(member.Key);
        if (!keys.TryGetValue(written, out string? main))
        {
            string remedy = KeySuggestion.For(written, keys.Keys.Order(StringComparer.Ordinal), "Remove it; docs/network-yaml.md lists the keys.");
            _errors.Add(place, DescriptionRules.UnknownKey, $"{owner} has only the keys of the description language.", $"'{DescriptionText.Excerpt(written)}' is not one of them", remedy);
        }
        else if (!_members.TryAdd(main, member))
        {
            YamlScalar first = _members[main].Key;
            string actual = first.Text == written ? $"{written} appears twice, first on line {DescriptionText.Number(first.Line)}" : $"{written} and {first.Text} on line {DescriptionText.Number(first.Line)} are names of the same key";
            _errors.Add(place, DescriptionRules.DuplicateKey, "A key stands once, under one of its names.", actual, "Remove one of the two.");
        }
    }
}

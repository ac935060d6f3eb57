// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Max78000Sim.Projects.Vectors;

/// <summary>A file of hexadecimal words: one block without a name, or several that each follow a heading <c># name length</c>.</summary>
internal sealed class WordFile
{
    private readonly Dictionary<string, uint[]> _blocks = [];
    private readonly string _name;

    public WordFile(string name, string text)
    {
        _name = name;
        string block = string.Empty;
        int expected = -1;
        var words = new List<uint>();
        int number = 0;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            number++;
            ReadOnlySpan<char> line = raw.Trim();
            if (line.StartsWith("#"))
            {
                Finish(block, expected, words, number);
                (block, expected) = Heading(line, number);
                words.Clear();
            }
            else if (!line.StartsWith("@"))
            {
                AddWords(line, words, number);
            }
        }

        Finish(block, expected, words, number);
    }

    /// <summary>The words of a block; the unnamed one has the empty name.</summary>
    public uint[] Block(string block) =>
        _blocks.TryGetValue(block, out uint[]? words) ? words : throw new ProjectFormatException(_name, 0, $"there is no block {block}");

    /// <summary>The unnamed block as bytes.</summary>
    public uint[] Bytes()
    {
        uint[] words = Block(string.Empty);
        int index = Array.FindIndex(words, w => w > byte.MaxValue);
        return index < 0 ? words : throw new ProjectFormatException(_name, 0, $"value {index}, 0x{words[index]:x}, is not a byte");
    }

    private (string Block, int Length) Heading(ReadOnlySpan<char> line, int number)
    {
        string[] parts = line[1..].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int length))
            return (parts[0], length);
        throw new ProjectFormatException(_name, number, "a heading has the form '# name length'");
    }

    private void Finish(string block, int expected, List<uint> words, int line)
    {
        if (block.Length == 0 && words.Count == 0 && _blocks.Count == 0 && expected < 0)
        {
            _blocks[string.Empty] = [];
            return;
        }

        if (expected >= 0 && expected != words.Count)
            throw new ProjectFormatException(_name, line, $"block {block} announces {expected} words and has {words.Count}");
        if (block.Length > 0 && _blocks.ContainsKey(block))
            throw new ProjectFormatException(_name, line, $"block {block} stands there twice");
        _blocks[block] = [.. words];
    }

    private void AddWords(ReadOnlySpan<char> line, List<uint> words, int number)
    {
        foreach (Range range in line.SplitAny(' ', '\t'))
        {
            ReadOnlySpan<char> word = line[range];
            if (word.IsEmpty)
                continue;
            if (word.Length > 8 || !uint.TryParse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value))
                throw new ProjectFormatException(_name, number, $"'{word[..Math.Min(word.Length, 20)]}' is not a hexadecimal number of up to eight digits");
            words.Add(value);
        }
    }
}

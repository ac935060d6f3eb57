// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Cuts one file into lines of tokens; lines that end in a backslash are joined, comments become blanks.</summary>
internal sealed class CLexer(string file, string text)
{
    private static readonly string[] Symbols =
    [
        "<<=", ">>=", "...", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
        "+", "-", "*", "/", "%", "&", "|", "^", "~", "!", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ";", ":", "?", ".", "#",
    ];

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private int _at;
    private int _line = 1;

    /// <summary>Text of the comments with their first lines.</summary>
    public List<(string Text, int Line)> Comments { get; } = [];

    /// <summary>The tokens of the next logical line, or null at the end of the file.</summary>
    public List<CToken>? NextLine()
    {
        if (_at >= text.Length)
            return null;
        var tokens = new List<CToken>();
        while (_at < text.Length)
        {
            char c = text[_at];
            if (c == '\n')
            {
                _at++;
                _line++;
                break;
            }

            if (c == '\\' && SkipContinuation())
                continue;
            if (char.IsWhiteSpace(c))
                _at++;
            else if (c == '/' && _at + 1 < text.Length && text[_at + 1] is '/' or '*')
                Comment();
            else
                tokens.Add(Token());
        }

        return tokens;
    }

    private char Peek(int offset = 0) => _at + offset < text.Length ? text[_at + offset] : '\0';

    private bool SkipContinuation()
    {
        int next = _at + 1;
        while (next < text.Length && text[next] is '\r' or ' ' or '\t')
            next++;
        if (next < text.Length && text[next] != '\n')
            return false;
        _at = next + 1;
        _line++;
        return true;
    }

    private void Comment()
    {
        bool block = Peek(1) == '*';
        int end = block ? text.IndexOf("*/", _at + 2, StringComparison.Ordinal) : text.IndexOf('\n', _at);
        if (end < 0 && block)
            throw Error("a comment is not closed");
        if (end < 0)
            end = text.Length;
        string content = text[(_at + 2)..end];
        Comments.Add((content, _line));
        _line += content.AsSpan().Count('\n');
        _at = block ? end + 2 : end;
    }

    private CToken Token()
    {
        char c = Peek();
        if (char.IsAsciiLetter(c) || c == '_')
            return Name();
        if (char.IsAsciiDigit(c))
            return Number();
        if (c is '"' or '\'')
            return Quoted(c);
        foreach (string symbol in Symbols)
        {
            if (string.CompareOrdinal(text, _at, symbol, 0, symbol.Length) == 0)
            {
                _at += symbol.Length;
                return Make(CTokenKind.Symbol, symbol);
            }
        }

        throw Error($"the character '{(char.IsControl(c) ? '?' : c)}' (0x{(int)c:x2}) is not C");
    }

    private CToken Name()
    {
        int start = _at;
        while (char.IsAsciiLetterOrDigit(Peek()) || Peek() == '_')
            _at++;
        string name = text[start.._at];
        if (!_names.TryGetValue(name, out string? known))
            _names[name] = known = name;
        return Make(CTokenKind.Name, known);
    }

    private CToken Number()
    {
        int start = _at;
        while (char.IsAsciiLetterOrDigit(Peek()) || Peek() == '.')
            _at++;
        ReadOnlySpan<char> literal = text.AsSpan(start, _at - start);
        bool hex = literal.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (!hex && literal.IndexOfAny('.', 'e', 'E') >= 0)
            return Make(CTokenKind.Fraction, literal.ToString());
        ReadOnlySpan<char> digits = literal.TrimEnd("uUlL");
        bool suffix = literal[digits.Length..].IndexOfAny('u', 'U') >= 0;
        bool octal = !hex && digits.Length > 1 && digits[0] == '0';
        ulong value = 0;
        bool ok = digits.Length <= 12 && (octal
            ? Octal(digits, out value)
            : ulong.TryParse(hex ? digits[2..] : digits, hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out value));
        if (!ok || value > uint.MaxValue)
            throw Error($"'{literal}' is not an integer of 32 bits");
        return new CToken(CTokenKind.Number, string.Empty, (long)value, suffix || value > int.MaxValue, new CPosition(file, _line));
    }

    private static bool Octal(ReadOnlySpan<char> digits, out ulong value)
    {
        value = 0;
        foreach (char digit in digits)
        {
            if (digit is < '0' or > '7')
                return false;
            value = value * 8 + (ulong)(digit - '0');
        }

        return true;
    }

    private CToken Quoted(char quote)
    {
        int start = ++_at;
        while (Peek() != quote)
        {
            if (_at >= text.Length || Peek() == '\n')
                throw Error("a quotation mark is not closed");
            _at += Peek() == '\\' ? 2 : 1;
        }

        string content = text[start..Math.Min(_at, text.Length)];
        _at++;
        if (quote == '"')
            return Make(CTokenKind.Text, content);
        if (content.Length != 1)
            throw Error("only single plain characters are understood between apostrophes");
        return new CToken(CTokenKind.Number, string.Empty, content[0], false, new CPosition(file, _line));
    }

    private CToken Make(CTokenKind kind, string content) => new(kind, content, 0, false, new CPosition(file, _line));

    private ProjectFormatException Error(string problem) => new(file, _line, problem);
}

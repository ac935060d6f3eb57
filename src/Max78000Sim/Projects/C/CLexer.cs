// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Cuts one file into lines of tokens; lines that end in a backslash are joined, comments become blanks.</summary>
internal sealed class CLexer(string file, string text)
{
    private static readonly string[] Symbols =
    [
        "<<=", ">>=", "...", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "##",
        "+", "-", "*", "/", "%", "&", "|", "^", "~", "!", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ";", ":", "?", ".", "#",
    ];

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private int _at;
    private int _line = 1;
    private bool _spaced;

    /// <summary>Text of the comments with their first lines.</summary>
    public List<(string Text, int Line)> Comments { get; } = [];

    /// <summary>The tokens of the next logical line, or null at the end of the file.</summary>
    /// <param name="active">False inside a condition that does not hold: only directives are cut into tokens, the rest may be anything.</param>
    public List<CToken>? NextLine(bool active = true)
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
            if (char.IsWhiteSpace(c) || c == '\uFEFF')
                _at++;
            else if (c == '/' && _at + 1 < text.Length && text[_at + 1] is '/' or '*')
                Comment();
            else if (!active && tokens.Count == 0 && c != '#')
                _at = text.IndexOf('\n', _at) is int end and >= 0 ? end : text.Length;
            else
            {
                tokens.Add(Token());
                _spaced = false;
                continue;
            }

            _spaced = true;
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
        int end = block ? text.IndexOf("*/", _at + 2, StringComparison.Ordinal) : EndOfLine();
        if (end < 0)
            throw Error("a comment is not closed");
        string content = text[(_at + 2)..end];
        Comments.Add((content, _line));
        _line += content.AsSpan().Count('\n');
        _at = block ? end + 2 : end;
    }

    /// <summary>Where a logical line ends: a backslash at the end of a line joins the next one, in comments too.</summary>
    private int EndOfLine()
    {
        for (int from = _at; ;)
        {
            int end = text.IndexOf('\n', from);
            if (end < 0)
                return text.Length;
            if (!text.AsSpan(_at, end - _at).TrimEnd(" \t\r").EndsWith('\\'))
                return end;
            from = end + 1;
        }
    }

    private CToken Token()
    {
        char c = Peek();
        if (char.IsAsciiLetter(c) || c == '_')
            return Name();
        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1))))
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
        while (char.IsAsciiLetterOrDigit(Peek()) || Peek() == '.' || (Peek() is '+' or '-' && text[_at - 1] is 'e' or 'E' && !IsHex(start)))
            _at++;
        ReadOnlySpan<char> literal = text.AsSpan(start, _at - start);
        bool hex = IsHex(start);
        if (!hex && literal.IndexOfAny('.', 'e', 'E') >= 0)
            return Fraction(literal);
        ReadOnlySpan<char> digits = literal.TrimEnd("uUlL");
        ReadOnlySpan<char> suffix = literal[digits.Length..];
        bool octal = !hex && digits.Length > 1 && digits[0] == '0';
        if (!Digits(digits, hex, octal, out ulong value) || suffix.Length > 3)
            throw Error($"'{(literal.Length > 40 ? literal[..40] : literal)}' is not an integer of 64 bits");
        bool unsigned = suffix.IndexOfAny('u', 'U') >= 0;
        bool wide = suffix.Count('l') + suffix.Count('L') == 2 || value > uint.MaxValue;

        // A decimal constant without a suffix is never unsigned, a hexadecimal one is where it must be.
        if (!wide && !unsigned && value > int.MaxValue)
            (unsigned, wide) = hex || octal ? (true, false) : (false, true);
        if (value > long.MaxValue)
            unsigned = true;
        CType type = wide ? unsigned ? CType.UnsignedLong : CType.Long : unsigned ? CType.UnsignedInt : CType.Int;
        return new CToken(CTokenKind.Number, string.Empty, (long)value, type, new CPosition(file, _line), _spaced);
    }

    private bool IsHex(int start) => text[start] == '0' && start + 1 < text.Length && text[start + 1] is 'x' or 'X';

    private CToken Fraction(ReadOnlySpan<char> literal)
    {
        ReadOnlySpan<char> digits = literal.TrimEnd("fFlL");
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double value))
            throw Error($"'{(literal.Length > 40 ? literal[..40] : literal)}' is not a number");
        return new CToken(CTokenKind.Fraction, string.Empty, BitConverter.DoubleToInt64Bits(value), CType.Double, new CPosition(file, _line), _spaced);
    }

    private static bool Digits(ReadOnlySpan<char> digits, bool hex, bool octal, out ulong value)
    {
        value = 0;
        if (!octal)
        {
            return ulong.TryParse(
                hex ? digits[2..] : digits, hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out value);
        }

        foreach (char digit in digits)
        {
            if (digit is < '0' or > '7' || value >> 61 != 0)
                return false;
            value = value * 8 + (ulong)(digit - '0');
        }

        return true;
    }

    private CToken Quoted(char quote)
    {
        _at++;
        var content = new System.Text.StringBuilder();
        while (Peek() != quote)
        {
            if (_at >= text.Length || Peek() == '\n')
                throw Error("a quotation mark is not closed");
            if (Peek() == '\\')
                content.Append(Escape());
            else
                content.Append(text[_at++]);
        }

        _at++;
        if (quote == '"')
            return Make(CTokenKind.Text, content.ToString());
        if (content.Length != 1)
            throw Error("a single character is expected between apostrophes");
        return new CToken(CTokenKind.Number, string.Empty, (sbyte)content[0], CType.Int, new CPosition(file, _line), _spaced);
    }

    private string Escape()
    {
        char c = Peek(1);
        _at += 2;
        if (c == '\r' || c == '\n')
        {
            // A string that goes on in the next line.
            if (c == '\r' && Peek() == '\n')
                _at++;
            _line++;
            return string.Empty;
        }

        if (c is >= '0' and <= '7' or 'x')
        {
            int radix = c == 'x' ? 16 : 8, value = c == 'x' ? 0 : c - '0', digits = c == 'x' ? 0 : 1;
            while (digits < (radix == 16 ? 2 : 3) && char.IsAsciiHexDigit(Peek()) && (radix == 16 || Peek() is >= '0' and <= '7'))
            {
                value = value * radix + Convert.ToInt32(text[_at++].ToString(), 16);
                digits++;
            }

            return ((char)(byte)value).ToString();
        }

        int place = "ntrabfv\\'\"?e".IndexOf(c, StringComparison.Ordinal);
        return place >= 0 ? "\n\t\r\a\b\f\v\\'\"?\u001b"[place].ToString() : throw Error("this escape sequence is not C");
    }

    private CToken Make(CTokenKind kind, string content) => new(kind, content, 0, null, new CPosition(file, _line), _spaced);

    private ProjectFormatException Error(string problem) => new(file, _line, problem);
}

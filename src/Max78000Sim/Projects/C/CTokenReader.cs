// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>A position in a list of tokens.</summary>
internal sealed class CTokenReader(List<CToken> tokens)
{
    private int _at;

    public CToken Current => tokens[_at];

    public CToken Ahead(int count) => tokens[Math.Min(_at + count, tokens.Count - 1)];

    public CToken Next()
    {
        CToken token = tokens[_at];
        if (_at < tokens.Count - 1)
            _at++;
        return token;
    }

    public bool Accept(string symbol)
    {
        if (!Current.Is(symbol))
            return false;
        _at++;
        return true;
    }

    public bool AcceptName(string name)
    {
        if (!Current.IsName(name))
            return false;
        _at++;
        return true;
    }

    public CPosition Expect(string symbol)
    {
        CPosition at = Current.At;
        return Accept(symbol) ? at : throw at.Error($"'{symbol}' is expected, not {Describe(Current)}");
    }

    public string ExpectName()
    {
        CToken token = Next();
        return token.Kind == CTokenKind.Name ? token.Text : throw token.At.Error($"a name is expected, not {Describe(token)}");
    }

    public static string Describe(CToken token) => token.Kind switch
    {
        CTokenKind.Number => $"the number {token.Number}",
        CTokenKind.Text => "a string",
        CTokenKind.Fraction => "a fraction",
        CTokenKind.End => token.Text,
        _ => $"'{token.Text[..Math.Min(token.Text.Length, 40)]}'",
    };
}

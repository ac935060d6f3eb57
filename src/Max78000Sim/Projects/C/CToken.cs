// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Kinds of C tokens.</summary>
internal enum CTokenKind
{
    /// <summary>Name or keyword.</summary>
    Name,

    /// <summary>Integer constant.</summary>
    Number,

    /// <summary>Constant with a fraction; its bits stand in <see cref="CToken.Number"/>.</summary>
    Fraction,

    /// <summary>String constant.</summary>
    Text,

    /// <summary>Operator or separator.</summary>
    Symbol,

    /// <summary>End of the text.</summary>
    End,
}

/// <summary>Where a token or a piece of syntax stands.</summary>
/// <param name="File">File name.</param>
/// <param name="Line">Line from 1.</param>
internal readonly record struct CPosition(string File, int Line)
{
    public ProjectFormatException Error(string problem) => new(File, Line, problem);
}

/// <summary>One token.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Text">Its text; for strings the characters themselves.</param>
/// <param name="Number">Value of a constant.</param>
/// <param name="Type">C type of a constant.</param>
/// <param name="At">Position.</param>
/// <param name="Spaced">White space stands before the token on its line; decides between the two kinds of macros.</param>
internal readonly record struct CToken(CTokenKind Kind, string Text, long Number, CType? Type, CPosition At, bool Spaced = false)
{
    public bool Is(string symbol) => Kind == CTokenKind.Symbol && Text == symbol;

    public bool IsName(string name) => Kind == CTokenKind.Name && Text == name;
}

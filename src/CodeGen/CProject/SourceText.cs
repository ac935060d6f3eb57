// SPDX-License-Identifier: MIT
using System.Text;

namespace Ai8x.CodeGen.CProject;

/// <summary>Text of one generated file: ASCII, every line ends in a line feed.</summary>
internal sealed class SourceText
{
    private readonly StringBuilder _text = new();

    /// <summary>Appends one line.</summary>
    public SourceText Line(string line = "")
    {
        _text.Append(line).Append('\n');
        return this;
    }

    /// <summary>Appends lines that may have come with the line ends of a check-out on another system.</summary>
    public SourceText Lines(string lines)
    {
        _text.Append(lines.ReplaceLineEndings("\n")).Append('\n');
        return this;
    }

    /// <summary>The head of a C function, up to the opening brace.</summary>
    public SourceText Open(string declaration) => Line(declaration).Line("{");

    /// <summary>The end of a C function and the blank line behind it.</summary>
    public SourceText Close() => Line("}").Line();

    /// <summary>The end of a C function that reports success.</summary>
    public SourceText CloseWithSuccess() => Line().Line("  return CNN_OK;").Close();

    /// <summary>All lines without blank lines at the end.</summary>
    /// <exception cref="InvalidOperationException">A character is not ASCII.</exception>
    public string Finish()
    {
        string text = _text.ToString().TrimEnd('\n') + "\n";
        int stranger = text.AsSpan().IndexOfAnyExceptInRange('\0', '\u007f');
        if (stranger >= 0) throw new InvalidOperationException($"Generated text holds a character that is not ASCII near: {text.AsSpan(Math.Max(0, stranger - 30), Math.Min(30, stranger))}");
        return text;
    }
}

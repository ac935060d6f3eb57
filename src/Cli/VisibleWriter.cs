// SPDX-License-Identifier: MIT
using System.Text;

namespace Ai8x.Cli;

/// <summary>Passes text on without control characters: names in files of others must not steer the user's terminal.</summary>
internal sealed class VisibleWriter(TextWriter next) : TextWriter(next.FormatProvider)
{
    public override Encoding Encoding => next.Encoding;

    public override void Write(char value) => next.Write(char.IsControl(value) && value is not ('\n' or '\r' or '\t') ? '?' : value);

    public override void Write(string? value)
    {
        if (value is not null) Write(value.AsSpan());
    }

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (buffer.IndexOfAnyInRange('\0', '\x1f') < 0 && buffer.IndexOfAnyInRange('\x7f', '\x9f') < 0) next.Write(buffer);
        else foreach (char value in buffer) Write(value);
    }

    public override void WriteLine(string? value)
    {
        Write(value);
        next.WriteLine();
    }

    public override void Flush() => next.Flush();
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>
/// Reads one source file with its includes: object-like macros, <c>#ifdef</c> / <c>#ifndef</c> / <c>#else</c> / <c>#endif</c> and includes. Headers that are not in the
/// folder belong to the SDK and are left out.
/// </summary>
internal sealed class CPreprocessor(string folder)
{
    private const int MaximumTokens = 4 << 20;
    private const int MaximumIncludes = 32;
    private const int MaximumNesting = 16;

    private readonly Dictionary<string, List<CToken>> _macros = new(StringComparer.Ordinal);
    private readonly List<CToken> _tokens = [];
    private int _files;

    /// <summary>Comments of the main file.</summary>
    public List<(string Text, int Line)> Comments { get; private set; } = [];

    /// <summary>All tokens of a file after expansion.</summary>
    public List<CToken> Run(string file)
    {
        Comments = Include(file, 0);
        _tokens.Add(new CToken(CTokenKind.End, "the end of the file", 0, false, _tokens.Count > 0 ? _tokens[^1].At : new CPosition(file, 1)));
        return _tokens;
    }

    private List<(string Text, int Line)> Include(string file, int depth)
    {
        if (++_files > MaximumIncludes || depth > MaximumNesting)
            throw new ProjectFormatException(file, 0, $"more than {MaximumIncludes} files are included, or a file includes itself");
        var lexer = new CLexer(file, TextFile.Read(folder, file));
        var conditions = new Stack<Condition>();
        while (lexer.NextLine() is List<CToken> line)
        {
            if (line.Count > 0 && line[0].Is("#"))
                Directive(line, conditions, depth);
            else if (conditions.Count == 0 || conditions.Peek().Active)
                Expand(line, []);
        }

        return conditions.Count == 0 ? lexer.Comments : throw conditions.Peek().At.Error("the condition has no #endif");
    }

    private void Directive(List<CToken> line, Stack<Condition> conditions, int depth)
    {
        CPosition at = line[0].At;
        string name = line.Count > 1 ? line[1].Text : string.Empty;
        bool active = conditions.Count == 0 || conditions.Peek().Active;
        switch (name)
        {
            case "ifdef" or "ifndef" when line.Count == 3 && line[2].Kind == CTokenKind.Name:
                if (conditions.Count >= MaximumNesting)
                    throw at.Error($"conditions are nested deeper than {MaximumNesting}");
                bool holds = _macros.ContainsKey(line[2].Text) == (name == "ifdef");
                conditions.Push(new Condition(active && holds, active && !holds, at));
                break;
            case "else" when conditions.Count > 0:
                Condition condition = conditions.Pop();
                conditions.Push(new Condition(condition.Otherwise, false, condition.At));
                break;
            case "endif" when conditions.Count > 0:
                conditions.Pop();
                break;
            case "define" or "undef" or "include" when !active:
                break;
            case "define" when line.Count > 2 && line[2].Kind == CTokenKind.Name:
                _macros[line[2].Text] = line[3..];
                break;
            case "undef" when line.Count == 3:
                _macros.Remove(line[2].Text);
                break;
            case "include" when line.Count > 2:
                if (line[2].Kind == CTokenKind.Text && line.Count == 3)
                    IncludeIfPresent(line[2], depth);
                else if (!line[2].Is("<"))
                    throw at.Error("an include names its file in quotation marks or angle brackets");
                break;
            default:
                throw at.Error($"the directive #{name} is not understood in this form");
        }
    }

    private void IncludeIfPresent(CToken name, int depth)
    {
        if (name.Text.AsSpan().IndexOfAny('/', '\\', '\0') >= 0 || name.Text.Length is 0 or > 100)
            throw name.At.Error($"the include '{name.Text[..Math.Min(name.Text.Length, 40)]}' is not a file of the same folder");
        if (File.Exists(Path.Combine(folder, name.Text)))
            Include(name.Text, depth + 1);
    }

    private void Expand(List<CToken> tokens, List<string> open)
    {
        foreach (CToken token in tokens)
        {
            if (token.Kind == CTokenKind.Name && !open.Contains(token.Text) && _macros.TryGetValue(token.Text, out List<CToken>? body))
            {
                if (open.Count >= MaximumNesting)
                    throw token.At.Error($"macros are nested deeper than {MaximumNesting}");
                open.Add(token.Text);
                Expand(body, open);
                open.RemoveAt(open.Count - 1);
                continue;
            }

            if (_tokens.Count >= MaximumTokens)
                throw token.At.Error($"the file has more than {MaximumTokens} tokens");
            _tokens.Add(token);
        }
    }

    private readonly record struct Condition(bool Active, bool Otherwise, CPosition At);
}

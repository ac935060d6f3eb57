// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>
/// Reads one source file with its includes: macros with and without arguments, conditions, includes of the same folder. Headers that are not in the folder belong to the
/// SDK and are left out; names that nobody defined count as 0 in conditions.
/// </summary>
internal sealed class CPreprocessor(string folder)
{
    private const int MaximumTokens = 4 << 20;
    private const int MaximumIncludes = 64;
    private const int MaximumNesting = 16;

    private readonly CMacros _macros = new();
    private readonly List<CToken> _tokens = [];
    private readonly List<CToken> _waiting = [];
    private readonly HashSet<string> _once = new(StringComparer.OrdinalIgnoreCase);
    private int _files;

    /// <summary>Comments of the main file.</summary>
    public List<(string Text, int Line)> Comments { get; private set; } = [];

    /// <summary>All tokens of a file after expansion.</summary>
    public List<CToken> Run(string file)
    {
        Comments = Include(file, 0);
        Flush();
        _tokens.Add(new CToken(CTokenKind.End, "the end of the file", 0, null, _tokens.Count > 0 ? _tokens[^1].At : new CPosition(file, 1)));
        return _tokens;
    }

    private List<(string Text, int Line)> Include(string file, int depth)
    {
        if (++_files > MaximumIncludes || depth > MaximumNesting)
            throw new ProjectFormatException(file, 0, $"more than {MaximumIncludes} files are included, or a file includes itself");
        var lexer = new CLexer(file, TextFile.Read(folder, file));
        var conditions = new Stack<Condition>();
        while (lexer.NextLine(IsActive(conditions)) is List<CToken> line)
        {
            if (line.Count > 0 && line[0].Is("#"))
                Directive(line, conditions, depth, file);
            else if (IsActive(conditions))
                Wait(line);
        }

        return conditions.Count == 0 ? lexer.Comments : throw conditions.Peek().At.Error("the condition has no #endif");
    }

    private static bool IsActive(Stack<Condition> conditions) => conditions.Count == 0 || conditions.Peek().Active;

    private void Wait(List<CToken> line)
    {
        if (line.Count > 0 && _waiting.Count + _tokens.Count > MaximumTokens)
            throw line[0].At.Error($"the file has more than {MaximumTokens} tokens");
        _waiting.AddRange(line);
    }

    private void Flush()
    {
        _macros.Expand(_waiting, _tokens);
        _waiting.Clear();
    }

    private void Directive(List<CToken> line, Stack<Condition> conditions, int depth, string file)
    {
        CPosition at = line[0].At;
        string name = line.Count > 1 ? line[1].Text : string.Empty;
        if (name is "if" or "ifdef" or "ifndef" or "elif" or "else" or "endif")
        {
            Flush();
            Conditional(name, line, conditions, at);
            return;
        }

        if (!IsActive(conditions) || line.Count == 1)
            return;
        Flush();
        switch (name)
        {
            case "define" when line.Count > 2 && line[2].Kind == CTokenKind.Name:
                _macros.Define(line);
                break;
            case "undef" when line.Count == 3:
                _macros.Remove(line[2].Text);
                break;
            case "pragma":
                if (line.Count == 3 && line[2].IsName("once"))
                    _once.Add(file);
                break;
            case "warning" or "line":
                break;
            case "error":
                throw at.Error($"#error {string.Join(' ', line.Skip(2).Select(t => t.Text)).Trim()}");
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

    private void Conditional(string name, List<CToken> line, Stack<Condition> conditions, CPosition at)
    {
        bool active = IsActive(conditions);
        switch (name)
        {
            case "if" or "ifdef" or "ifndef":
                if (conditions.Count >= MaximumNesting)
                    throw at.Error($"conditions are nested deeper than {MaximumNesting}");
                bool holds = active && Test(name, line, at);
                conditions.Push(new Condition(holds, active && !holds, at));
                break;
            case "elif" when conditions.Count > 0:
                Condition before = conditions.Pop();
                bool now = before.Otherwise && Test("if", line, at);
                conditions.Push(new Condition(now, before.Otherwise && !now, before.At));
                break;
            case "else" when conditions.Count > 0:
                Condition condition = conditions.Pop();
                conditions.Push(new Condition(condition.Otherwise, false, condition.At));
                break;
            case "endif" when conditions.Count > 0:
                conditions.Pop();
                break;
            default:
                throw at.Error($"#{name} has no #if");
        }
    }

    private bool Test(string name, List<CToken> line, CPosition at)
    {
        if (name == "if")
            return CParser.Constant(_macros.Condition(line[2..]), at) != 0;
        if (line.Count < 3 || line[2].Kind != CTokenKind.Name)
            throw at.Error($"#{name} takes a name");
        return _macros.IsDefined(line[2].Text) == (name == "ifdef");
    }

    private void IncludeIfPresent(CToken name, int depth)
    {
        if (name.Text.AsSpan().IndexOfAny('/', '\\', '\0') >= 0 || name.Text.Length is 0 or > 100)
            throw name.At.Error($"the include '{name.Text[..Math.Min(name.Text.Length, 40)]}' is not a file of the same folder");
        if (!_once.Contains(name.Text) && File.Exists(Path.Combine(folder, name.Text)))
            Include(name.Text, depth + 1);
    }

    private readonly record struct Condition(bool Active, bool Otherwise, CPosition At);
}

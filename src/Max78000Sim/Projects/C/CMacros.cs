// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>The macros of a source file.</summary>
internal sealed class CMacros
{
    private const int MaximumNesting = 40;
    private const int MaximumTokens = 4 << 20;

    private readonly Dictionary<string, Macro> _macros = new(StringComparer.Ordinal);
    private readonly List<string> _open = [];
    private int _work = MaximumTokens;

    public bool IsDefined(string name) => _macros.ContainsKey(name);

    public void Remove(string name) => _macros.Remove(name);

    /// <summary>Takes a line that begins with <c>#define NAME</c>.</summary>
    public void Define(List<CToken> line)
    {
        CToken name = line[2];
        if (line.Count <= 3 || !line[3].Is("(") || line[3].Spaced)
        {
            _macros[name.Text] = new Macro(null, line[3..], false);
            return;
        }

        var parameters = new List<string>();
        bool variable = false;
        int at = 4;
        while (at < line.Count && !line[at].Is(")"))
        {
            if (line[at].Kind != CTokenKind.Name && !line[at].Is("..."))
                throw name.At.Error("a macro's parameters are names");
            variable = line[at].Is("...");
            parameters.Add(variable ? "__VA_ARGS__" : line[at].Text);
            at++;
            if (at < line.Count && line[at].Is("..."))
            {
                // The form of the GNU compiler: the further arguments have a name.
                variable = true;
                at++;
            }

            if (at < line.Count && line[at].Is(","))
                at++;
        }

        if (at >= line.Count)
            throw name.At.Error("a macro's parameters end with ')'");
        _macros[name.Text] = new Macro(parameters, line[(at + 1)..], variable);
    }

    /// <summary>Expands tokens.</summary>
    public void Expand(List<CToken> tokens, List<CToken> output)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            CToken token = tokens[i];
            if (--_work < 0)
                throw token.At.Error($"the file has more than {MaximumTokens} tokens");
            if (token.Kind == CTokenKind.Name && !IsDefined(token.Text) && CPredefinedMacros.Find(token) is { } predefined)
            {
                output.Add(predefined);
                continue;
            }

            if (token.Kind != CTokenKind.Name || _open.Contains(token.Text) || !_macros.TryGetValue(token.Text, out Macro? macro)
                || (macro.Parameters is not null && (i + 1 >= tokens.Count || !tokens[i + 1].Is("("))))
            {
                output.Add(token);
                continue;
            }

            if (_open.Count >= MaximumNesting)
                throw token.At.Error($"macros are nested deeper than {MaximumNesting}");
            List<CToken> body = macro.Body;
            if (macro.Parameters is not null)
                body = Substitute(macro, Arguments(tokens, ref i, macro, token), token);
            _open.Add(token.Text);
            Expand(body, output);
            _open.RemoveAt(_open.Count - 1);
        }
    }

    /// <summary>Makes the tokens of a condition: <c>defined</c> is answered, macros are expanded, other names become 0.</summary>
    public List<CToken> Condition(List<CToken> line)
    {
        var answered = new List<CToken>();
        for (int i = 0; i < line.Count; i++)
        {
            if (!line[i].IsName("defined"))
            {
                answered.Add(line[i]);
                continue;
            }

            bool parenthesis = i + 1 < line.Count && line[i + 1].Is("(");
            int name = i + (parenthesis ? 2 : 1);
            if (name >= line.Count || line[name].Kind != CTokenKind.Name || (parenthesis && (name + 1 >= line.Count || !line[name + 1].Is(")"))))
                throw line[i].At.Error("defined takes a name");
            answered.Add(Number(line[i], IsDefined(line[name].Text) ? 1 : 0));
            i = name + (parenthesis ? 1 : 0);
        }

        var expanded = new List<CToken>();
        Expand(answered, expanded);
        return [.. expanded.Select(t => t.Kind == CTokenKind.Name ? Number(t, 0) : t)];
    }

    private static CToken Number(CToken at, long value) => new(CTokenKind.Number, string.Empty, value, CType.Int, at.At);

    private static List<List<CToken>> Arguments(List<CToken> tokens, ref int i, Macro macro, CToken name)
    {
        var arguments = new List<List<CToken>> { new() };
        int depth = 0;
        for (i++; i < tokens.Count; i++)
        {
            CToken token = tokens[i];
            if (token.Is("(") && depth++ == 0)
                continue;
            if (token.Is(")") && --depth == 0)
            {
                if (macro.Parameters!.Count == 0 && arguments is [{ Count: 0 }])
                    arguments.Clear();
                return arguments;
            }

            if (token.Is(",") && depth == 1 && !(macro.IsVariable && macro.Parameters!.Count == arguments.Count))
                arguments.Add([]);
            else
                arguments[^1].Add(token);
        }

        throw name.At.Error($"the arguments of the macro {name.Text} are not closed");
    }

    private List<CToken> Substitute(Macro macro, List<List<CToken>> arguments, CToken name)
    {
        if (macro.IsVariable && arguments.Count == macro.Parameters!.Count - 1)
            arguments.Add([]);
        if (arguments.Count != macro.Parameters!.Count)
            throw name.At.Error($"the macro {name.Text} takes {macro.Parameters.Count} arguments, not {arguments.Count}");
        var result = new List<CToken>();
        for (int i = 0; i < macro.Body.Count; i++)
        {
            CToken token = macro.Body[i];
            if (macro.IsVariable && token.Is(",") && i + 2 < macro.Body.Count && macro.Body[i + 1].Is("##") && macro.Body[i + 2].IsName(macro.Parameters[^1]))
            {
                // A comma joined with the further arguments is left out where there are none.
                if (arguments[^1].Count > 0)
                {
                    result.Add(token with { At = name.At });
                    Expand(arguments[^1], result);
                }

                i += 2;
                continue;
            }

            int parameter = token.Kind == CTokenKind.Name ? macro.Parameters.IndexOf(token.Text) : -1;
            bool pasted = (i + 1 < macro.Body.Count && macro.Body[i + 1].Is("##")) || (i > 0 && macro.Body[i - 1].Is("##"));
            if (token.Is("#") && i + 1 < macro.Body.Count && macro.Parameters.IndexOf(macro.Body[i + 1].Text) is int quoted and >= 0)
            {
                result.Add(new CToken(CTokenKind.Text, string.Join(' ', arguments[quoted].Select(Written)), 0, null, name.At));
                i++;
            }
            else if (parameter < 0)
                result.Add(token with { At = name.At });
            else if (pasted)
                result.AddRange(arguments[parameter]);
            else
                Expand(arguments[parameter], result);
        }

        return Paste(result, name);
    }

    private static string Written(CToken token) => token.Kind == CTokenKind.Number ? token.Number.ToString(System.Globalization.CultureInfo.InvariantCulture) : token.Text;

    private static List<CToken> Paste(List<CToken> tokens, CToken name)
    {
        for (int i = tokens.FindIndex(t => t.Is("##")); i >= 0; i = tokens.FindIndex(t => t.Is("##")))
        {
            if (i == 0 || i + 1 >= tokens.Count || tokens[i - 1].Kind != CTokenKind.Name || tokens[i + 1].Kind is not (CTokenKind.Name or CTokenKind.Number))
                throw name.At.Error("only a name is joined with a name or a number");
            tokens[i - 1] = new CToken(CTokenKind.Name, tokens[i - 1].Text + Written(tokens[i + 1]), 0, null, name.At);
            tokens.RemoveRange(i, 2);
        }

        return tokens;
    }

    private sealed record Macro(List<string>? Parameters, List<CToken> Body, bool IsVariable);
}

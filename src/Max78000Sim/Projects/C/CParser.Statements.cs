// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Projects.C;

internal sealed partial class CParser
{
    private CBlock Block()
    {
        CPosition at = _reader.Expect("{");
        Deeper(at);
        _scope = new CScope(_scope);
        var statements = ImmutableArray.CreateBuilder<CStatement>();
        while (!_reader.Current.Is("}"))
            statements.Add(Statement());
        _reader.Expect("}");
        _scope = _scope.Outer!;
        _depth--;
        return new CBlock(at, statements.ToImmutable());
    }

    private CStatement Statement()
    {
        CToken token = _reader.Current;
        if (token.Is("{"))
            return Block();
        if (_reader.Accept(";"))
            return new CEmptyStatement(token.At);
        Deeper(token.At);
        CStatement statement = token.Kind == CTokenKind.Name ? Keyword(token) ?? Simple() : Simple();
        _depth--;
        return statement;
    }

    private CStatement Simple()
    {
        if (StartsType() && (!_reader.Ahead(1).Is("(") || _reader.Ahead(2).Is("*")))
            return Declaration();
        var statement = new CExpressionStatement(Expression());
        _reader.Expect(";");
        return statement;
    }

    private CStatement? Keyword(CToken token)
    {
        switch (token.Text)
        {
            case "if":
                _reader.Next();
                CNode test = Parenthesized();
                CStatement then = Statement();
                return new CIf(token.At, test, then, _reader.AcceptName("else") ? Statement() : null);
            case "while":
                _reader.Next();
                CNode condition = Parenthesized();
                return new CLoop(token.At, null, condition, null, Statement(), true);
            case "do":
                return Do(token);
            case "for":
                return For(token);
            case "switch":
                return Switch(token);
            case "break" or "continue":
                _reader.Next();
                _reader.Expect(";");
                return new CJump(token.At, token.Text == "break" ? CFlow.Break : CFlow.Continue);
            case "return":
                _reader.Next();
                CNode? value = _reader.Current.Is(";") ? null : Expression();
                _reader.Expect(";");
                return new CReturn(token.At, value, _result);
            case "asm" or "__asm" or "__asm__":
                CStatement assembler = Assembler();
                _reader.Expect(";");
                return assembler;
            case "_Static_assert" or "static_assert":
                StaticAssertion();
                return new CEmptyStatement(token.At);
            case "goto" or "case" or "default":
                throw token.At.Error($"'{token.Text}' is not understood here");
        }

        return _reader.Ahead(1).Is(":") ? throw token.At.Error("labels are not understood") : null;
    }

    private CNode Parenthesized()
    {
        _reader.Expect("(");
        CNode expression = Expression();
        _reader.Expect(")");
        return expression;
    }

    private CLoop Do(CToken token)
    {
        _reader.Next();
        CStatement body = Statement();
        if (!_reader.AcceptName("while"))
            throw _reader.Current.At.Error("'while' is expected after the body of 'do'");
        CNode test = Parenthesized();
        _reader.Expect(";");
        return new CLoop(token.At, null, test, null, body, false);
    }

    private CLoop For(CToken token)
    {
        _reader.Next();
        _reader.Expect("(");
        _scope = new CScope(_scope);
        CStatement? first = _reader.Accept(";") ? null : Simple();
        CNode? test = _reader.Current.Is(";") ? null : Expression();
        _reader.Expect(";");
        CNode? step = _reader.Current.Is(")") ? null : Expression();
        _reader.Expect(")");
        CStatement body = Statement();
        _scope = _scope.Outer!;
        return new CLoop(token.At, first, test, step, body, true);
    }

    private CSwitch Switch(CToken token)
    {
        _reader.Next();
        CNode value = Parenthesized();
        _reader.Expect("{");
        _scope = new CScope(_scope);
        var body = ImmutableArray.CreateBuilder<CStatement>();
        var cases = ImmutableArray.CreateBuilder<(long, int)>();
        int otherwise = -1;
        while (!_reader.Accept("}"))
        {
            if (_reader.AcceptName("case"))
            {
                cases.Add((ConstantExpression(), body.Count));
                _reader.Expect(":");
            }
            else if (_reader.AcceptName("default"))
            {
                otherwise = body.Count;
                _reader.Expect(":");
            }
            else
                body.Add(Statement());
        }

        _scope = _scope.Outer!;
        return new CSwitch(token.At, value, body.ToImmutable(), cases.ToImmutable(), otherwise);
    }

    private CBlock Declaration()
    {
        CPosition at = _reader.Current.At;
        Specifiers specifiers = ReadSpecifiers();
        var statements = ImmutableArray.CreateBuilder<CStatement>();
        if (_reader.Accept(";"))
            return new CBlock(at, []);
        do
        {
            Declarator declarator = ReadDeclarator(specifiers.Type);
            if (declarator.Function is { } shape)
                _scope.Set(declarator.Name, Declared(declarator, shape));
            else if (specifiers.IsTypedef)
                _scope.Set(declarator.Name, declarator.Type);
            else if (specifiers.IsStatic || specifiers.IsExtern)
                Variable(specifiers, declarator);
            else
                Local(declarator, statements);
        }
        while (_reader.Accept(","));
        _reader.Expect(";");
        return new CBlock(at, statements.ToImmutable());
    }

    private CFunction Declared(Declarator declarator, CFunctionShape shape) => _file.Own(declarator.Name) as CFunction ?? Program.Linked(
        declarator.Name,
        () => new CFunction(declarator.Name)
        {
            At = declarator.At,
            Result = declarator.Type,
            AnyArguments = shape.AnyArguments,
            Parameters = [.. shape.Parameters.Select(p => (p.Name, p.Type, 0))],
        },
        declarator.At);

    private void Local(Declarator declarator, ImmutableArray<CStatement>.Builder statements)
    {
        if (_scope.Own(declarator.Name) is CLocal)
            throw declarator.At.Error($"the variable {declarator.Name} is defined twice");
        if (!_reader.Current.Is("="))
        {
            _scope.Set(declarator.Name, new CLocal(declarator.Type, Reserve(declarator.Type, declarator.At)));
            return;
        }

        _reader.Next();
        if (declarator.Type is { Kind: CTypeKind.Array, Length: 0 })
        {
            // The length follows from the values, which cannot use the variable itself.
            CInitializer values = new CInitializerReader(this, declarator.Type).Read();
            int place = Reserve(values.Type, declarator.At);
            _scope.Set(declarator.Name, new CLocal(values.Type, place));
            statements.Add(values.Statement(declarator.At, place));
            return;
        }

        int offset = Reserve(declarator.Type, declarator.At);
        _scope.Set(declarator.Name, new CLocal(declarator.Type, offset));
        statements.Add(new CInitializerReader(this, declarator.Type).Read().Statement(declarator.At, offset));
    }

    /// <summary>A condition that must hold while the text is read.</summary>
    private void StaticAssertion()
    {
        CPosition at = _reader.Next().At;
        _reader.Expect("(");
        if (ConstantExpression() == 0)
            throw at.Error("the static assertion does not hold");
        while (_reader.Accept(",") || _reader.Current.Kind == CTokenKind.Text)
        {
            if (_reader.Current.Kind == CTokenKind.Text)
                _reader.Next();
        }

        _reader.Expect(")");
        _reader.Expect(";");
    }

    /// <summary>Passes over values in braces that belong to the SDK.</summary>
    internal void SkipBraces()
    {
        CPosition at = _reader.Expect("{");
        for (int depth = 1; depth > 0;)
        {
            CToken token = _reader.Next();
            if (token.Kind == CTokenKind.End)
                throw at.Error("the braces are not closed");
            depth += token.Is("{") ? 1 : token.Is("}") ? -1 : 0;
        }
    }

    private CAssembler Assembler()
    {
        CPosition at = _reader.Next().At;
        Qualifiers();
        _reader.Expect("(");
        bool waits = false;
        for (int depth = 1; depth > 0;)
        {
            CToken token = _reader.Next();
            if (token.Kind == CTokenKind.End)
                throw at.Error("the assembler text is not closed");
            depth += token.Is("(") ? 1 : token.Is(")") ? -1 : 0;
            if (token.Kind != CTokenKind.Text)
                continue;
            string text = token.Text.Trim().TrimEnd(';').Trim();
            waits |= text is "wfi" or "wfe" or "WFI";
            if (!(text is "wfi" or "wfe" or "WFI" or "nop" or "NOP" or "dsb" or "isb" or "memory" or "" || text.StartsWith('.')))
                throw token.At.Error($"the assembler text '{(text.Length > 40 ? text[..40] : text)}' is not understood");
        }

        return new CAssembler(at, waits);
    }
}

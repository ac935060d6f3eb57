// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Statements and definitions of the C subset that generated projects use.</summary>
internal sealed class CParser
{
    private const int MaximumDepth = 24;

    private readonly CTokenReader _reader;
    private readonly CTypeParser _types;
    private readonly CExpressionParser _expressions;
    private int _nesting;

    private CParser(List<CToken> tokens)
    {
        _reader = new CTokenReader(tokens);
        _types = new CTypeParser(_reader);
        _expressions = new CExpressionParser(_reader, _types);
    }

    /// <summary>Parses one source file.</summary>
    public static CUnit Parse(List<CToken> tokens) => new CParser(tokens).Unit();

    private CUnit Unit()
    {
        ImmutableArray<CFunction>.Builder functions = ImmutableArray.CreateBuilder<CFunction>();
        ImmutableArray<CDeclaration>.Builder variables = ImmutableArray.CreateBuilder<CDeclaration>();
        while (_reader.Current.Kind != CTokenKind.End)
        {
            if (_reader.Accept(";"))
                continue;
            if (_reader.AcceptName("typedef"))
            {
                TypeDefinition();
                continue;
            }

            CPosition at = _reader.Current.At;
            CType type = _types.Base(out bool isExternal);
            int before = variables.Count;
            CFunction? function = FunctionOrVariables(at, type, isExternal, variables);
            if (function is not null)
                functions.Add(function);
            else if (variables.Count == before && isExternal)
                throw at.Error("the declaration is not understood");
        }

        return new CUnit(functions.DrainToImmutable(), variables.DrainToImmutable());
    }

    private void TypeDefinition()
    {
        CType type = _types.Pointers(_types.Base(out _));
        _types.Define(_reader.ExpectName(), type);
        _reader.Expect(";");
    }

    /// <summary>Parses one definition at file level; prototypes give neither a function nor a variable.</summary>
    private CFunction? FunctionOrVariables(CPosition at, CType type, bool isExternal, ImmutableArray<CDeclaration>.Builder variables)
    {
        CType result = _types.Pointers(type);
        if (_reader.Current.Kind == CTokenKind.Name && _reader.Ahead(1).Is("("))
        {
            string name = _reader.ExpectName();
            ImmutableArray<CParameter> parameters = Parameters();
            return _reader.Accept(";") ? null : new CFunction(at, name, result, parameters, Block());
        }

        variables.AddRange(Declarators(type, result, isExternal));
        return null;
    }

    private ImmutableArray<CParameter> Parameters()
    {
        _reader.Expect("(");
        ImmutableArray<CParameter>.Builder parameters = ImmutableArray.CreateBuilder<CParameter>();
        if (_reader.Current.IsName("void") && _reader.Ahead(1).Is(")"))
            _reader.Next();
        while (!_reader.Accept(")"))
        {
            if (parameters.Count > 0)
                _reader.Expect(",");
            CType type = _types.Pointers(_types.Base(out _));
            string name = _reader.Current.Kind == CTokenKind.Name ? _reader.ExpectName() : string.Empty;
            if (_reader.Accept("["))
            {
                _reader.Expect("]");
                type = type.Pointer();
            }

            parameters.Add(new CParameter(name, type));
        }

        return parameters.DrainToImmutable();
    }

    private List<CDeclaration> Declarators(CType baseType, CType first, bool isExternal)
    {
        var declarations = new List<CDeclaration>();
        CType type = first;
        while (true)
        {
            declarations.Add(Declarator(type, isExternal));
            if (_reader.Accept(";"))
                return declarations;
            _reader.Expect(",");
            type = _types.Pointers(baseType);
        }
    }

    private CDeclaration Declarator(CType type, bool isExternal)
    {
        CPosition at = _reader.Current.At;
        string name = _reader.ExpectName();
        bool isArray = _reader.Accept("[");
        CExpression? length = null;
        if (isArray && !_reader.Accept("]"))
        {
            length = _expressions.Parse();
            _reader.Expect("]");
        }

        CExpression? initial = null;
        ImmutableArray<CExpression> elements = [];
        if (_reader.Accept("="))
        {
            if (isArray || (type.Kind == CTypeKind.Opaque && _reader.Current.Is("{")))
                elements = Elements();
            else
                initial = _expressions.Parse();
        }

        return new CDeclaration(at, name, type, isArray, length, initial, elements, isExternal);
    }

    private ImmutableArray<CExpression> Elements()
    {
        _reader.Expect("{");
        ImmutableArray<CExpression>.Builder elements = ImmutableArray.CreateBuilder<CExpression>();
        while (!_reader.Accept("}"))
        {
            if (_reader.Accept("."))
            {
                // A named member of an SDK structure.
                _reader.ExpectName();
                _reader.Expect("=");
            }

            elements.Add(_expressions.Parse());
            if (!_reader.Accept(",") && !_reader.Current.Is("}"))
                _reader.Expect(",");
        }

        return elements.DrainToImmutable();
    }

    private CStatement Block()
    {
        CPosition at = _reader.Expect("{");
        ImmutableArray<CStatement>.Builder statements = ImmutableArray.CreateBuilder<CStatement>();
        while (!_reader.Accept("}"))
            statements.Add(Statement());
        return new CStatement(at, CStatementKind.Block, Body: statements.DrainToImmutable());
    }

    private CStatement Statement()
    {
        if (++_nesting > MaximumDepth)
            throw _reader.Current.At.Error($"statements are nested deeper than {MaximumDepth}");
        CStatement statement = Parse();
        _nesting--;
        return statement;
    }

    private CStatement Parse()
    {
        CToken token = _reader.Current;
        if (token.Is("{"))
            return Block();
        if (_reader.Accept(";"))
            return new CStatement(token.At, CStatementKind.Empty);
        switch (token.Kind == CTokenKind.Name ? token.Text : string.Empty)
        {
            case "if":
                return If();
            case "while":
                _reader.Next();
                CExpression test = Test();
                return new CStatement(token.At, CStatementKind.While, test, [Statement()]);
            case "do":
                return DoWhile();
            case "for":
                return For();
            case "return":
                _reader.Next();
                CExpression? value = _reader.Current.Is(";") ? null : _expressions.Parse(true);
                _reader.Expect(";");
                return new CStatement(token.At, CStatementKind.Return, value);
            case "break" or "continue":
                _reader.Next();
                _reader.Expect(";");
                return new CStatement(token.At, token.Text == "break" ? CStatementKind.Break : CStatementKind.Continue);
            case "switch" or "goto" or "case" or "asm" or "__asm":
                throw token.At.Error($"'{token.Text}' is not understood");
            default:
                return DeclarationOrExpression();
        }
    }

    private CStatement DeclarationOrExpression()
    {
        CPosition at = _reader.Current.At;
        if (_types.StartsType())
        {
            CType type = _types.Base(out bool isExternal);
            return new CStatement(at, CStatementKind.Declaration, Declarations: [.. Declarators(type, _types.Pointers(type), isExternal)]);
        }

        CExpression expression = _expressions.Parse(true);
        _reader.Expect(";");
        return new CStatement(at, CStatementKind.Expression, expression);
    }

    private CExpression Test()
    {
        _reader.Expect("(");
        CExpression test = _expressions.Parse(true);
        _reader.Expect(")");
        return test;
    }

    private CStatement If()
    {
        CPosition at = _reader.Next().At;
        CExpression test = Test();
        CStatement then = Statement();
        return _reader.AcceptName("else")
            ? new CStatement(at, CStatementKind.If, test, [then, Statement()])
            : new CStatement(at, CStatementKind.If, test, [then]);
    }

    private CStatement DoWhile()
    {
        CPosition at = _reader.Next().At;
        CStatement body = Statement();
        if (!_reader.AcceptName("while"))
            throw at.Error("the loop has no while");
        CExpression test = Test();
        _reader.Expect(";");
        return new CStatement(at, CStatementKind.DoWhile, test, [body]);
    }

    private CStatement For()
    {
        CPosition at = _reader.Next().At;
        _reader.Expect("(");
        CStatement initial = _reader.Accept(";") ? new CStatement(at, CStatementKind.Empty) : DeclarationOrExpression();
        CExpression? test = _reader.Current.Is(";") ? null : _expressions.Parse(true);
        _reader.Expect(";");
        CExpression? step = _reader.Current.Is(")") ? null : _expressions.Parse(true);
        _reader.Expect(")");
        return new CStatement(at, CStatementKind.For, test, [Statement()], initial, step);
    }
}

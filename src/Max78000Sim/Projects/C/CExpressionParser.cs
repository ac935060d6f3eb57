// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Expressions by precedence.</summary>
internal sealed class CExpressionParser(CTokenReader reader, CTypeParser types)
{
    private const int MaximumDepth = 64;

    private static readonly string[][] Levels =
    [
        ["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", ">", "<=", ">="], ["<<", ">>"], ["+", "-"], ["*", "/", "%"],
    ];

    private static readonly string[] Assignments = ["=", "|=", "&=", "^=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>="];

    private int _nesting;

    /// <summary>An expression that may assign; the comma operator only where <paramref name="comma"/> allows it.</summary>
    public CExpression Parse(bool comma = false)
    {
        CExpression left = Guarded(Assignment);
        while (comma && reader.Current.Is(","))
        {
            CPosition at = reader.Next().At;
            left = Check(new CBinary(at, ",", left, Guarded(Assignment)));
        }

        return left;
    }

    private CExpression Assignment()
    {
        CExpression left = Conditional();
        CToken token = reader.Current;
        if (token.Kind != CTokenKind.Symbol || !Assignments.Contains(token.Text))
            return left;
        reader.Next();
        return Check(new CAssignment(token.At, token.Text[..^1], left, Guarded(Assignment)));
    }

    private CExpression Conditional()
    {
        CExpression test = Binary(0);
        if (!reader.Current.Is("?"))
            return test;
        CPosition at = reader.Next().At;
        CExpression then = Parse(true);
        reader.Expect(":");
        return Check(new CConditional(at, test, then, Guarded(Conditional)));
    }

    private CExpression Binary(int level)
    {
        if (level == Levels.Length)
            return Unary();
        CExpression left = Binary(level + 1);
        while (reader.Current.Kind == CTokenKind.Symbol && Levels[level].Contains(reader.Current.Text))
        {
            CToken token = reader.Next();
            left = Check(new CBinary(token.At, token.Text, left, Binary(level + 1)));
        }

        return left;
    }

    private CExpression Unary() => Guarded(() =>
    {
        CToken token = reader.Current;
        if (types.StartsCast())
            return Cast();
        if (token.IsName("sizeof"))
            return SizeOf();
        if (token.Kind == CTokenKind.Symbol && token.Text is "-" or "+" or "~" or "!" or "*" or "&" or "++" or "--")
        {
            reader.Next();
            return Check(new CPrefix(token.At, token.Text, Unary()));
        }

        return Postfix(Primary());
    });

    private CExpression Cast()
    {
        CPosition at = reader.Expect("(");
        CType type = types.Pointers(types.Base(out _));
        reader.Expect(")");
        return Check(new CCast(at, type, Unary()));
    }

    private CNumber SizeOf()
    {
        CPosition at = reader.Next().At;
        reader.Expect("(");
        if (!types.StartsType())
            throw at.Error("sizeof is understood for types only");
        CType type = types.Pointers(types.Base(out _));
        reader.Expect(")");
        return type.Bytes > 0 ? new CNumber(at, type.Bytes, true) : throw at.Error("sizeof of this type is not known");
    }

    private CExpression Primary()
    {
        CToken token = reader.Next();
        switch (token.Kind)
        {
            case CTokenKind.Number:
                return new CNumber(token.At, token.Number, token.IsUnsigned);
            case CTokenKind.Fraction:
                return new CFraction(token.At);
            case CTokenKind.Text:
                while (reader.Current.Kind == CTokenKind.Text)
                    reader.Next();
                return new CText(token.At);
            case CTokenKind.Name when reader.Current.Is("("):
                reader.Next();
                return Check(new CCall(token.At, token.Text, Arguments()));
            case CTokenKind.Name:
                return new CName(token.At, token.Text);
            case CTokenKind.Symbol when token.Text == "(":
                CExpression inner = Parse(true);
                reader.Expect(")");
                return inner;
            default:
                throw token.At.Error($"an expression is expected, not {CTokenReader.Describe(token)}");
        }
    }

    private ImmutableArray<CExpression> Arguments()
    {
        ImmutableArray<CExpression>.Builder arguments = ImmutableArray.CreateBuilder<CExpression>();
        while (!reader.Accept(")"))
        {
            if (arguments.Count > 0)
                reader.Expect(",");
            arguments.Add(Parse());
        }

        return arguments.DrainToImmutable();
    }

    private CExpression Postfix(CExpression operand)
    {
        while (true)
        {
            CToken token = reader.Current;
            if (token.Is("++") || token.Is("--"))
            {
                reader.Next();
                operand = new CPostfix(token.At, token.Text, operand);
            }
            else if (token.Is("["))
            {
                reader.Next();
                operand = new CIndex(token.At, operand, Parse(true));
                reader.Expect("]");
            }
            else if (token.Is("->") || token.Is("."))
            {
                reader.Next();
                operand = new CMember(token.At, operand, reader.ExpectName());
            }
            else
            {
                return operand;
            }

            Check(operand);
        }
    }

    private CExpression Guarded(Func<CExpression> parse)
    {
        if (++_nesting > MaximumDepth)
            throw reader.Current.At.Error($"the expression is nested deeper than {MaximumDepth}");
        CExpression result = parse();
        _nesting--;
        return result;
    }

    private static CExpression Check(CExpression expression) =>
        expression.Depth <= MaximumDepth ? expression : throw expression.At.Error($"the expression is nested deeper than {MaximumDepth}");
}

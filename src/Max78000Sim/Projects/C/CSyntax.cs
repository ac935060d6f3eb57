// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>A type as far as it matters: size and sign of integers, what pointers point to.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Bytes">Size of an integer.</param>
/// <param name="Signed">Sign of an integer.</param>
/// <param name="Target">What a pointer points to.</param>
internal sealed record CType(CTypeKind Kind, int Bytes = 0, bool Signed = false, CType? Target = null)
{
    public static CType Int { get; } = new(CTypeKind.Integer, 4, true);

    public static CType UnsignedInt { get; } = new(CTypeKind.Integer, 4);

    public static CType Void { get; } = new(CTypeKind.Void);

    /// <summary>A structure of the SDK.</summary>
    public static CType Opaque { get; } = new(CTypeKind.Opaque);

    public CType Pointer() => new(CTypeKind.Pointer, 4, false, this);
}

internal enum CTypeKind
{
    Void,
    Integer,
    Pointer,
    Opaque,
}

/// <summary>An expression. Its depth is limited, so that walking it cannot exhaust the stack.</summary>
internal abstract record CExpression(CPosition At, int Depth);

internal sealed record CNumber(CPosition At, long Value, bool IsUnsigned) : CExpression(At, 1);

internal sealed record CText(CPosition At) : CExpression(At, 1);

/// <summary>A constant with a fraction.</summary>
internal sealed record CFraction(CPosition At) : CExpression(At, 1);

internal sealed record CName(CPosition At, string Name) : CExpression(At, 1);

/// <summary>A prefix operator, one of <c>- + ~ ! * &amp; ++ --</c>.</summary>
internal sealed record CPrefix(CPosition At, string Operator, CExpression Operand) : CExpression(At, Operand.Depth + 1);

/// <summary>A postfix operator, <c>++</c> or <c>--</c>.</summary>
internal sealed record CPostfix(CPosition At, string Operator, CExpression Operand) : CExpression(At, Operand.Depth + 1);

internal sealed record CBinary(CPosition At, string Operator, CExpression Left, CExpression Right)
    : CExpression(At, Math.Max(Left.Depth, Right.Depth) + 1);

/// <summary>An assignment; the operator is empty for the plain one, else <c>|</c> for <c>|=</c> and so on.</summary>
internal sealed record CAssignment(CPosition At, string Operator, CExpression Target, CExpression Value)
    : CExpression(At, Math.Max(Target.Depth, Value.Depth) + 1);

internal sealed record CConditional(CPosition At, CExpression Test, CExpression Then, CExpression Else)
    : CExpression(At, Math.Max(Test.Depth, Math.Max(Then.Depth, Else.Depth)) + 1);

internal sealed record CCast(CPosition At, CType Type, CExpression Operand) : CExpression(At, Operand.Depth + 1);

internal sealed record CIndex(CPosition At, CExpression Array, CExpression Index) : CExpression(At, Math.Max(Array.Depth, Index.Depth) + 1);

internal sealed record CMember(CPosition At, CExpression Owner, string Name) : CExpression(At, Owner.Depth + 1);

internal sealed record CCall(CPosition At, string Function, ImmutableArray<CExpression> Arguments)
    : CExpression(At, Arguments.Length == 0 ? 1 : Arguments.Max(a => a.Depth) + 1);

internal sealed record CStatement(
    CPosition At,
    CStatementKind Kind,
    CExpression? Expression = null,
    ImmutableArray<CStatement> Body = default,
    CStatement? Initial = null,
    CExpression? Step = null,
    ImmutableArray<CDeclaration> Declarations = default)
{
    /// <summary>Statements inside; for an <c>if</c> the branch that is taken first, then the other.</summary>
    public ImmutableArray<CStatement> Inner => Body.IsDefault ? [] : Body;
}

internal enum CStatementKind
{
    Empty,
    Expression,
    Declaration,
    Block,
    If,
    While,
    DoWhile,
    For,
    Return,
    Break,
    Continue,
}

/// <summary>A variable or array.</summary>
/// <param name="At">Position.</param>
/// <param name="Name">Name.</param>
/// <param name="Type">Type; for arrays that of an element.</param>
/// <param name="IsArray">An array.</param>
/// <param name="Length">Length in brackets, if given.</param>
/// <param name="Initial">Initial value of a variable.</param>
/// <param name="Elements">Initial elements of an array.</param>
/// <param name="IsExternal">Declared here, defined elsewhere.</param>
internal sealed record CDeclaration(
    CPosition At, string Name, CType Type, bool IsArray, CExpression? Length, CExpression? Initial, ImmutableArray<CExpression> Elements, bool IsExternal);

internal sealed record CParameter(string Name, CType Type);

internal sealed record CFunction(CPosition At, string Name, CType Result, ImmutableArray<CParameter> Parameters, CStatement Body);

/// <summary>What one source file defines.</summary>
internal sealed record CUnit(ImmutableArray<CFunction> Functions, ImmutableArray<CDeclaration> Variables);

// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Visits the expressions of a function in the order of its text.</summary>
internal static class CWalk
{
    /// <summary>All expressions below a statement. The depth of both is limited by the parser.</summary>
    public static IEnumerable<CExpression> Expressions(CStatement statement)
    {
        IEnumerable<CExpression> own = Below(statement.Initial is null ? null : Expressions(statement.Initial), statement.Expression, statement.Step);
        if (!statement.Declarations.IsDefault)
            own = own.Concat(statement.Declarations.SelectMany(d => Below(d.Elements.SelectMany(Below), d.Initial, d.Length)));
        return own.Concat(statement.Inner.SelectMany(Expressions));
    }

    /// <summary>True if a statement declares an array of that name.</summary>
    public static bool DeclaresArray(CStatement statement, string name) =>
        (!statement.Declarations.IsDefault && statement.Declarations.Any(d => d.IsArray && d.Name == name)) || statement.Inner.Any(s => DeclaresArray(s, name));

    private static IEnumerable<CExpression> Below(IEnumerable<CExpression>? first, params CExpression?[] others) =>
        (first ?? []).Concat(others.Where(e => e is not null).SelectMany(e => Below(e!)));

    private static IEnumerable<CExpression> Below(CExpression expression)
    {
        yield return expression;
        IEnumerable<CExpression> inner = expression switch
        {
            CPrefix prefix => [prefix.Operand],
            CPostfix postfix => [postfix.Operand],
            CBinary binary => [binary.Left, binary.Right],
            CAssignment assignment => [assignment.Target, assignment.Value],
            CConditional conditional => [conditional.Test, conditional.Then, conditional.Else],
            CCast cast => [cast.Operand],
            CIndex index => [index.Array, index.Index],
            CMember member => [member.Owner],
            CCall call => call.Arguments,
            _ => [],
        };
        foreach (CExpression child in inner)
        {
            foreach (CExpression below in Below(child))
                yield return below;
        }
    }
}

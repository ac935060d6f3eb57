// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Executes statements.</summary>
internal sealed class CExecutor(CProgram program, BusRecorder recorder, CEvaluator evaluator)
{
    private enum Flow
    {
        Next,
        Break,
        Continue,
        Return,
    }

    /// <summary>Runs the body of a function.</summary>
    public void Run(CStatement body) => Execute(body);

    private Flow Execute(CStatement statement)
    {
        program.Step(statement.At);
        if (evaluator.IsOutermost)
            recorder.Statement = statement.At;
        switch (statement.Kind)
        {
            case CStatementKind.Expression:
                evaluator.Evaluate(statement.Expression!);
                return Flow.Next;
            case CStatementKind.Declaration:
                foreach (CDeclaration declaration in statement.Declarations)
                    evaluator.Frame.Define(evaluator.Define(declaration), declaration.Name, declaration.At);
                return Flow.Next;
            case CStatementKind.Block:
                return Block(statement);
            case CStatementKind.If:
                return If(statement);
            case CStatementKind.While or CStatementKind.DoWhile or CStatementKind.For:
                return Loop(statement);
            case CStatementKind.Return:
                if (statement.Expression is not null)
                    evaluator.Frame.Result = evaluator.Evaluate(statement.Expression);
                return Flow.Return;
            case CStatementKind.Break:
                return Flow.Break;
            case CStatementKind.Continue:
                return Flow.Continue;
            default:
                return Flow.Next;
        }
    }

    private Flow Block(CStatement block)
    {
        foreach (CStatement statement in block.Inner)
        {
            Flow flow = Execute(statement);
            if (flow != Flow.Next)
                return flow;
        }

        return Flow.Next;
    }

    private Flow If(CStatement statement)
    {
        CValue test = Test(statement.Expression!);
        if (test.Kind == CValueKind.DeviceTest)
        {
            if (statement.Inner.Length != 1 || !GivesUp(statement.Inner[0]))
                throw statement.At.Error("a word of the accelerator may only decide whether the program gives up with CNN_FAIL");
            recorder.Require(BusOperationKind.Check, test.Opposite(), statement.At);
            return Flow.Next;
        }

        if (Holds(test, statement.At))
            return Execute(statement.Inner[0]);
        return statement.Inner.Length > 1 ? Execute(statement.Inner[1]) : Flow.Next;
    }

    private Flow Loop(CStatement statement)
    {
        if (statement.Initial is not null)
            Execute(statement.Initial);
        bool first = statement.Kind == CStatementKind.DoWhile;
        while (true)
        {
            if (!first && statement.Expression is not null)
            {
                CValue test = Test(statement.Expression);
                if (test.Kind == CValueKind.DeviceTest)
                {
                    Wait(statement, test);
                    return Flow.Next;
                }

                if (!Holds(test, statement.At))
                    return Flow.Next;
            }

            first = false;
            Flow flow = Execute(statement.Inner[0]);
            if (flow == Flow.Return)
                return flow;
            if (flow == Flow.Break)
                return Flow.Next;
            if (statement.Step is not null)
                evaluator.Evaluate(statement.Step);
        }
    }

    private void Wait(CStatement loop, CValue test)
    {
        CStatement body = loop.Inner[0];
        bool empty = body.Kind == CStatementKind.Empty || (body.Kind == CStatementKind.Block && body.Inner.IsEmpty);
        if (loop.Kind == CStatementKind.For || !empty)
            throw loop.At.Error("a word of the accelerator may only be waited for in an empty while loop");
        recorder.Require(BusOperationKind.Wait, test.Opposite(), loop.At);
    }

    /// <summary>True for a return of CNN_FAIL, alone or after calls of the SDK.</summary>
    private static bool GivesUp(CStatement statement) => statement.Kind switch
    {
        CStatementKind.Return => statement.Expression is CNumber { Value: 0 },
        CStatementKind.Block => statement.Inner.Length > 0 && GivesUp(statement.Inner[^1])
            && statement.Inner[..^1].All(s => s is { Kind: CStatementKind.Expression, Expression: CCall call } && SdkNames.IsCall(call.Function)),
        _ => false,
    };

    private CValue Test(CExpression expression)
    {
        CValue value = evaluator.Evaluate(expression);
        return value.Kind == CValueKind.DeviceBits ? value with { Kind = CValueKind.DeviceTest, Expected = 0, WantsEqual = false } : value;
    }

    private static bool Holds(CValue value, CPosition at) => value.Kind switch
    {
        CValueKind.Integer or CValueKind.BusPointer => value.Number != 0,
        CValueKind.ArrayPointer => true,
        _ => throw at.Error("the condition has no known value"),
    };
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Reads the declarations of a source file; expressions, types and statements are in the other parts.</summary>
internal sealed partial class CParser
{
    private readonly CProgram? _program;
    private readonly CTokenReader _reader;
    private readonly CScope _file = new(null);
    private CScope _scope;
    private int _frame;
    private int _depth;
    private CType _result = CType.Int;
    private string _function = string.Empty;

    public CParser(CProgram? program, List<CToken> tokens)
    {
        _program = program;
        _reader = new CTokenReader(tokens);
        _scope = _file;
        BuiltInNames.Fill(_file);
    }

    /// <summary>The value of a condition of the preprocessor.</summary>
    public static long Constant(List<CToken> tokens, CPosition at)
    {
        tokens.Add(new CToken(CTokenKind.End, "the end of the line", 0, null, at));
        var parser = new CParser(null, tokens);
        long value = parser.ConstantExpression();
        return parser._reader.Current.Kind == CTokenKind.End ? value : throw at.Error($"{CTokenReader.Describe(parser._reader.Current)} is not expected here");
    }

    /// <summary>Reads the whole file.</summary>
    public void Unit()
    {
        while (_reader.Current.Kind != CTokenKind.End)
        {
            if (!_reader.Accept(";"))
                OuterDeclaration();
        }
    }

    internal CTokenReader Reader => _reader;

    internal long Number() => ConstantExpression();

    private CProgram Program => _program!;

    private void OuterDeclaration()
    {
        CPosition at = _reader.Current.At;
        if (_reader.Current.Kind == CTokenKind.Name && _reader.Current.Text is "asm" or "__asm" or "__asm__")
        {
            Assembler();
            _reader.Expect(";");
            return;
        }

        if (_reader.Current.IsName("_Static_assert") || _reader.Current.IsName("static_assert"))
        {
            StaticAssertion();
            return;
        }

        Specifiers specifiers = ReadSpecifiers();
        if (_reader.Accept(";"))
            return;
        for (bool first = true; ; first = false)
        {
            Declarator declarator = ReadDeclarator(specifiers.Type);
            if (declarator.Function is not null)
            {
                bool body = FunctionDeclaration(specifiers, declarator);
                if (body && first)
                    return;
                if (body)
                    throw at.Error("a function's body stands after other declarations");
            }
            else if (specifiers.IsTypedef)
                _scope.Set(declarator.Name, declarator.Type);
            else
                Variable(specifiers, declarator);
            if (_reader.Accept(";"))
                return;
            _reader.Expect(",");
        }
    }

    private bool FunctionDeclaration(Specifiers specifiers, Declarator declarator)
    {
        CFunctionShape shape = declarator.Function!;
        CFunction function;
        if (specifiers.IsStatic || _file.Own(declarator.Name) is CFunction)
        {
            if (_file.Own(declarator.Name) is CFunction known)
                function = known;
            else
                Program.KeepPrivate(declarator.Name, function = new CFunction(declarator.Name));
        }
        else
            function = Program.Linked(declarator.Name, () => new CFunction(declarator.Name), declarator.At);
        _file.Set(declarator.Name, function);
        if (function.Body is null)
        {
            function.At = declarator.At;
            function.Result = declarator.Type;
            function.AnyArguments = shape.AnyArguments;
            function.Parameters = [.. shape.Parameters.Select(p => (p.Name, p.Type, 0))];
        }

        if (!_reader.Current.Is("{"))
            return false;
        if (function.Body is not null)
            throw declarator.At.Error($"the function {declarator.Name} is defined twice");
        Body(function, declarator.Type, shape);
        return true;
    }

    private void Body(CFunction function, CType result, CFunctionShape shape)
    {
        _frame = 0;
        _result = result;
        _function = function.Name;
        _scope = new CScope(_file);
        var parameters = ImmutableArray.CreateBuilder<(string?, CType, int)>();
        foreach ((string? name, CType type) in shape.Parameters)
        {
            int offset = Reserve(type, function.At);
            parameters.Add((name, type, offset));
            if (name is not null)
                _scope.Set(name, new CLocal(type, offset));
        }

        function.Parameters = parameters.ToImmutable();
        function.Result = result;
        function.AnyArguments = shape.AnyArguments;
        CStatement body = Block();
        function.FrameBytes = (_frame + 15) & ~15;
        function.Body = body;
        _scope = _file;
    }

    /// <summary>Takes room in the function's frame.</summary>
    private int Reserve(CType type, CPosition at)
    {
        if (type.Size == 0 && type.Kind is not CTypeKind.Structure)
            throw at.Error($"a {type} is no variable");
        int offset = (_frame + 7) & ~7;
        if (offset + type.Size > CMemory.StackBytes)
            throw at.Error($"the variables of a function take more than {CMemory.StackBytes} bytes");
        _frame = offset + (int)type.Size;
        return offset;
    }

    /// <summary>A variable with a fixed address: outside functions, or static inside.</summary>
    private void Variable(Specifiers specifiers, Declarator declarator)
    {
        CPosition at = declarator.At;
        bool shared = ReferenceEquals(_scope, _file) && !specifiers.IsStatic;
        CGlobal variable;
        if (shared || specifiers.IsExtern)
            variable = _file.Own(declarator.Name) as CGlobal ?? Program.Linked(declarator.Name, () => new CGlobal(declarator.Name, declarator.Type), at);
        else if (_scope.Own(declarator.Name) is CGlobal { IsDefined: true } && !ReferenceEquals(_scope, _file))
            throw at.Error($"the variable {declarator.Name} is defined twice");
        else
            variable = _scope.Own(declarator.Name) as CGlobal ?? new CGlobal(declarator.Name, declarator.Type);
        _scope.Set(declarator.Name, variable);
        bool initial = _reader.Accept("=");
        if (specifiers.IsExtern && !initial)
            return;
        if (variable.IsDefined && !initial)
            return;
        if (variable.IsDefined && variable.Type.Size > 0 && _initialized.Contains(variable))
            throw at.Error($"the variable {declarator.Name} is defined twice");
        if (!shared)
            Program.KeepPrivate(declarator.Name, variable);
        DefineVariable(variable, declarator, initial);
    }

    private readonly HashSet<CGlobal> _initialized = [];

    private void DefineVariable(CGlobal variable, Declarator declarator, bool initial)
    {
        CPosition at = declarator.At;
        if (!initial)
        {
            if (declarator.Type.Size == 0 && declarator.Type.Kind is not CTypeKind.Structure)
                throw at.Error($"the variable {declarator.Name} has no known size");
            variable.Define(declarator.Type, Program.Memory.Allocate(declarator.Type.Size, at));
            return;
        }

        _initialized.Add(variable);
        var values = new CInitializerReader(this, declarator.Type).Read();
        variable.Define(values.Type, Program.Memory.Allocate(values.Type.Size, at));
        values.StoreTo(new CMachine(Program, Program.Memory, null, CProgram.InitializerSteps), variable.Address);
    }

    /// <summary>An integer that is known while the text is read.</summary>
    private long ConstantExpression()
    {
        CNode expression = Conditional();
        if (expression is CConstant { Value.Kind: CValueKind.Known } constant)
            return constant.Value.Bits;
        CMemory memory = _program?.Memory ?? new CMemory();
        CValue value = expression.Evaluate(new CMachine(_program!, memory, null, 10_000));
        return value.Kind == CValueKind.Known && expression.Type.IsInteger ? value.Bits : throw expression.At.Error("the number is not constant");
    }

    private void Deeper(CPosition at)
    {
        if (++_depth > 100)
            throw at.Error("the text is nested deeper than 100");
    }

    private sealed record Specifiers(CType Type, bool IsTypedef, bool IsStatic, bool IsExtern);

    private sealed record Declarator(string Name, CType Type, CFunctionShape? Function, CPosition At);

    private sealed record CFunctionShape(ImmutableArray<(string? Name, CType Type)> Parameters, bool AnyArguments);
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>
/// Evaluates expressions. Loads from the accelerator give bits that are not known yet; what the program does with them must not decide which accesses it makes.
/// </summary>
internal sealed class CEvaluator
{
    private const int MaximumCalls = 8;

    private readonly CProgram _program;
    private readonly BusRecorder _recorder;
    private readonly CExecutor _executor;
    private readonly Stack<CFrame> _frames = new();

    public CEvaluator(CProgram program, BusRecorder recorder)
    {
        _program = program;
        _recorder = recorder;
        _executor = new CExecutor(program, recorder, this);
    }

    /// <summary>The running function is the outermost one.</summary>
    public bool IsOutermost => _frames.Count == 1;

    public CFrame Frame => _frames.Peek();

    /// <summary>Calls a function of the project.</summary>
    public CValue Call(CFunction function, CValue[] arguments, CPosition at)
    {
        if (_frames.Count >= MaximumCalls)
            throw at.Error($"calls are nested deeper than {MaximumCalls}");
        if (arguments.Length != function.Parameters.Length)
            throw at.Error($"{function.Name} takes {function.Parameters.Length} arguments, not {arguments.Length}");
        var frame = new CFrame();
        for (int i = 0; i < arguments.Length; i++)
            frame.Define(new CVariable(function.Parameters[i].Type, CPlace.Convert(arguments[i], function.Parameters[i].Type, at)), function.Parameters[i].Name, at);
        _frames.Push(frame);
        _executor.Run(function.Body);
        _frames.Pop();
        return frame.Result;
    }

    /// <summary>Makes a variable with its initial value.</summary>
    public CVariable Define(CDeclaration declaration)
    {
        CPosition at = declaration.At;
        if (!declaration.IsArray)
        {
            CValue value = declaration.Initial is null ? Initial(declaration.Type) : Evaluate(declaration.Initial);
            return new CVariable(declaration.Type, CPlace.Convert(value, declaration.Type, at));
        }

        long length = declaration.Elements.Length;
        if (declaration.Length is not null)
        {
            CValue value = Evaluate(declaration.Length);
            if (value.Kind != CValueKind.Integer || value.Number < length)
                throw at.Error($"the length of {declaration.Name} is not a number of at least {length}");
            length = value.Number;
        }

        if (length > CArray.MaximumElements)
            throw at.Error($"{declaration.Name} has {length} elements; at most {CArray.MaximumElements} are read");
        if (declaration.Type.Kind != CTypeKind.Integer)
            throw at.Error("arrays of integers only are understood");
        var values = new long[length];
        for (int i = 0; i < declaration.Elements.Length; i++)
            values[i] = Element(declaration, i);
        return new CVariable(declaration.Type, CValue.Void, new CArray(declaration.Name, declaration.Type, values));
    }

    public CValue Evaluate(CExpression expression)
    {
        _program.Step(expression.At);
        return expression switch
        {
            CNumber number => CValue.Integer(number.IsUnsigned ? CType.UnsignedInt : CType.Int, number.Value),
            CName name => Place(name) is CPlace place ? place.Load(name.At) : Constant(name),
            CText => CValue.Opaque,
            CPrefix prefix => Prefix(prefix),
            CPostfix postfix => Step(postfix.Operand, postfix.Operator, true, postfix.At),
            CBinary binary => Binary(binary),
            CAssignment assignment => Assign(assignment),
            CConditional conditional => Evaluate(Holds(conditional.Test) ? conditional.Then : conditional.Else),
            CCast cast => CPlace.Cast(Evaluate(cast.Operand), cast.Type, cast.At),
            CIndex or CMember => PlaceOf(expression).Load(expression.At),
            CCall call => Call(call),
            _ => throw expression.At.Error("a constant with a fraction is not understood here"),
        };
    }

    /// <summary>Decides a condition that does not depend on the accelerator.</summary>
    public bool Holds(CExpression test)
    {
        CValue value = Evaluate(test);
        return value.Kind switch
        {
            CValueKind.Integer => value.Number != 0,
            CValueKind.BusPointer => value.Number != 0,
            CValueKind.ArrayPointer => true,
            CValueKind.DeviceBits or CValueKind.DeviceTest => throw test.At.Error("what a program does must not depend on words of the accelerator, except to wait or to give up"),
            _ => throw test.At.Error("the condition has no known value"),
        };
    }

    private static CValue Initial(CType type) => type.Kind switch
    {
        CTypeKind.Integer => CValue.Integer(type, 0),
        CTypeKind.Pointer => new CValue(CValueKind.BusPointer, type),
        _ => CValue.Opaque,
    };

    private long Element(CDeclaration declaration, int index)
    {
        CExpression expression = declaration.Elements[index];
        CValue value = expression is CNumber number ? CValue.Integer(CType.UnsignedInt, number.Value) : Evaluate(expression);
        if (value.Kind != CValueKind.Integer)
            throw expression.At.Error("the element is not a known number");
        long wrapped = CValue.Wrap(declaration.Type, value.Number);
        if (declaration.Type is { Signed: false } && wrapped != (uint)value.Number)
            throw expression.At.Error($"the value 0x{(uint)value.Number:x} does not fit an element of {declaration.Type.Bytes} bytes");
        return wrapped;
    }

    private CPlace? Place(CName name)
    {
        CVariable? variable = _frames.Count > 0 ? Frame.Find(name.Name) : null;
        if (variable is null && !_program.Globals.TryGetValue(name.Name, out variable))
            return null;
        return CPlace.Of(variable);
    }

    private CValue Constant(CName name)
    {
        if (name.Name == "NULL")
            return CValue.Integer(CType.Int, 0);
        if (SdkNames.IsConstant(name.Name) || _program.Functions.ContainsKey(name.Name))
            return CValue.Opaque;
        throw name.At.Error($"the name '{name.Name}' is not known");
    }

    private CPlace PlaceOf(CExpression expression)
    {
        switch (expression)
        {
            case CName name:
                return Place(name) ?? throw name.At.Error($"the variable '{name.Name}' is not known");
            case CPrefix { Operator: "*" } prefix:
                return CPlace.At(Evaluate(prefix.Operand), prefix.At);
            case CIndex index:
                return CPlace.At(CArithmetic.Binary("+", Evaluate(index.Array), Evaluate(index.Index), index.At), index.At);
            case CMember { Owner: CName owner } member when SdkNames.IsSystemRegister(owner.Name, member.Name):
                return CPlace.System;
            case CMember { Owner: CName owner } member when Place(owner) is CPlace place && place.Load(member.At).Kind == CValueKind.Opaque:
                return CPlace.System;
            default:
                throw expression.At.Error("this is no place that the program may access");
        }
    }

    private CValue Prefix(CPrefix prefix)
    {
        switch (prefix.Operator)
        {
            case "*":
                return PlaceOf(prefix).Load(prefix.At);
            case "++" or "--":
                return Step(prefix.Operand, prefix.Operator, false, prefix.At);
            case "&":
                return PlaceOf(prefix.Operand).Address(prefix.At);
        }

        CValue value = Evaluate(prefix.Operand);
        if (prefix.Operator == "!")
        {
            return value.Kind switch
            {
                CValueKind.DeviceTest => value.Opposite(),
                CValueKind.DeviceBits => value with { Kind = CValueKind.DeviceTest, Expected = 0, WantsEqual = true },
                CValueKind.Integer or CValueKind.BusPointer => CValue.Truth(value.Number == 0),
                _ => throw prefix.At.Error("the value cannot be negated"),
            };
        }

        if (value.Kind == CValueKind.Opaque)
            return value;
        if (value.Kind != CValueKind.Integer)
            throw prefix.At.Error($"'{prefix.Operator}' needs a known number");
        CType type = value.Type is { Bytes: 4, Signed: false } ? CType.UnsignedInt : CType.Int;
        return CValue.Integer(type, prefix.Operator switch { "-" => -value.Number, "~" => ~value.Number, _ => value.Number });
    }

    private CValue Binary(CBinary binary)
    {
        switch (binary.Operator)
        {
            case ",":
                Evaluate(binary.Left);
                return Evaluate(binary.Right);
            case "&&":
                return CValue.Truth(Holds(binary.Left) && Holds(binary.Right));
            case "||":
                return CValue.Truth(Holds(binary.Left) || Holds(binary.Right));
            default:
                return CArithmetic.Binary(binary.Operator, Evaluate(binary.Left), Evaluate(binary.Right), binary.At);
        }
    }

    private CValue Assign(CAssignment assignment)
    {
        CPlace place = PlaceOf(assignment.Target);
        CValue value = Evaluate(assignment.Value);
        if (assignment.Operator.Length == 0)
        {
            place.Store(value, _recorder, assignment.At);
            return value;
        }

        if (place.IsBus)
        {
            _recorder.Modify(place.Pointer, assignment.Operator, value, assignment.At);
            return CValue.Void;
        }

        CValue result = CArithmetic.Binary(assignment.Operator, place.Load(assignment.At), value, assignment.At);
        place.Store(result, _recorder, assignment.At);
        return result;
    }

    private CValue Step(CExpression operand, string symbol, bool after, CPosition at)
    {
        CPlace place = PlaceOf(operand);
        if (place.IsBus)
            throw at.Error($"'{symbol}' on a word of the accelerator is not understood");
        CValue before = place.Load(at);
        CValue next = CArithmetic.Binary(symbol[..1], before, CValue.Integer(CType.Int, 1), at);
        place.Store(next, _recorder, at);
        return after ? before : next;
    }

    private CValue Call(CCall call)
    {
        if (_program.Functions.TryGetValue(call.Function, out CFunction? function))
            return Call(function, [.. call.Arguments.Select(Evaluate)], call.At);
        if (call.Function == "memset")
            return Clear([.. call.Arguments.Select(Evaluate)], call.At);
        if (!SdkNames.IsCall(call.Function))
            throw call.At.Error($"the function '{call.Function}' is not known");
        foreach (CExpression argument in call.Arguments)
            Evaluate(argument);
        return CValue.Opaque;
    }

    /// <summary>Clears words of the accelerator, as the clearing of the row caches does.</summary>
    private CValue Clear(CValue[] arguments, CPosition at)
    {
        if (arguments is not [{ Kind: CValueKind.BusPointer } target, { Kind: CValueKind.Integer, Number: 0 }, { Kind: CValueKind.Integer } count]
            || count.Number < 0 || count.Number % 4 != 0)
        {
            throw at.Error("memset is understood for zeros in whole words of the accelerator");
        }

        for (long offset = 0; offset < count.Number; offset += 4)
        {
            var word = new CValue(CValueKind.BusPointer, CType.UnsignedInt.Pointer(), (uint)(target.Number + offset));
            _recorder.Write(word, CValue.Integer(CType.UnsignedInt, 0), at);
        }

        return target;
    }
}

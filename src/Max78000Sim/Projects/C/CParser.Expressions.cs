// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Text;

namespace Ai8x.Max78000Sim.Projects.C;

internal sealed partial class CParser
{
    private static readonly string[][] Levels =
    [
        ["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", ">", "<=", ">="], ["<<", ">>"], ["+", "-"], ["*", "/", "%"],
    ];

    /// <summary>An expression with commas.</summary>
    private CNode Expression()
    {
        CNode expression = Assignment();
        while (_reader.Current.Is(","))
        {
            CPosition at = _reader.Next().At;
            expression = new CComma(at, expression, Assignment());
        }

        return expression;
    }

    /// <summary>An expression without commas.</summary>
    internal CNode Assignment()
    {
        Deeper(_reader.Current.At);
        CNode target = Conditional();
        CToken token = _reader.Current;
        if (token.Kind == CTokenKind.Symbol && token.Text.EndsWith('=') && token.Text is "=" or "|=" or "&=" or "+=" or "-=" or "*=" or "/=" or "%=" or "^=" or "<<=" or ">>=")
        {
            _reader.Next();
            if (!target.IsPlace)
                throw token.At.Error("the left side is no place to store to");
            CNode value = Assignment();
            string symbol = token.Text[..^1];
            if (symbol.Length > 0)
                CBinary.ResultType(token.At, symbol, target.Used, value.Used);
            target = new CAssignment(token.At, target, symbol, value);
        }

        _depth--;
        return target;
    }

    private CNode Conditional()
    {
        CNode test = Binary(0);
        if (!_reader.Current.Is("?"))
            return test;
        CPosition at = _reader.Next().At;
        Deeper(at);
        CNode first = Expression();
        _reader.Expect(":");
        CNode second = Conditional();
        _depth--;
        return new CConditional(at, Choice(first.Used, second.Used, at), test, first, second);
    }

    private static CType Choice(CType first, CType second, CPosition at)
    {
        if (ReferenceEquals(first, second) || second.Kind == CTypeKind.Void || second.Kind == CTypeKind.Opaque)
            return second;
        if (first.Kind is CTypeKind.Void or CTypeKind.Opaque)
            return first;
        if (first.Kind == CTypeKind.Pointer || second.Kind == CTypeKind.Pointer)
            return first.Kind == CTypeKind.Pointer ? first : second;
        return CBinary.ResultType(at, "+", first, second);
    }

    private CNode Binary(int level)
    {
        if (level == Levels.Length)
            return Cast();
        CNode left = Binary(level + 1);
        while (_reader.Current.Kind == CTokenKind.Symbol && Levels[level].Contains(_reader.Current.Text))
        {
            CToken token = _reader.Next();
            CNode right = Binary(level + 1);
            left = level < 2 ? new CLogical(token.At, level == 1, left, right) : Fold(new CBinary(token.At, token.Text, left, right), left, right);
        }

        return left;
    }

    /// <summary>Works out what is constant, so that long sums of numbers stay flat.</summary>
    private static CNode Fold(CNode node, CNode left, CNode right) =>
        left is CConstant && right is CConstant && node.Type.Kind != CTypeKind.Opaque ? new CConstant(node.At, node.Type, node.Evaluate(new CMachine(null!, null!, null, 100))) : node;

    private CNode Cast()
    {
        if (!_reader.Current.Is("(") || !StartsType(1))
            return Unary();
        CPosition at = _reader.Next().At;
        Deeper(at);
        CType type = TypeName();
        _reader.Expect(")");
        if (_reader.Current.Is("{") && type.Kind != CTypeKind.Opaque)
            throw at.Error("values in braces after a type are not understood");
        if (_reader.Current.Is("{"))
        {
            SkipBraces();
            _depth--;
            return new CSystemName(at, "an object of the SDK");
        }

        CNode operand = Cast();
        _depth--;
        if (type.Kind is CTypeKind.Array or CTypeKind.Function)
            throw at.Error($"nothing becomes a {type}");
        return operand is CConstant constant && type.Kind is CTypeKind.Integer or CTypeKind.Pointer
            ? new CConstant(at, type, constant.Value.Convert(operand.Used, type, at)) : new CCast(at, type, operand);
    }

    private CNode Unary()
    {
        CToken token = _reader.Current;
        Deeper(token.At);
        CNode node;
        if (_reader.Accept("++") || _reader.Accept("--"))
            node = Stepped(token.At, Unary(), token.Text, false);
        else if (_reader.Accept("*"))
            node = Dereferenced(token.At, Cast());
        else if (_reader.Accept("&"))
            node = Address(token.At, Cast());
        else if (token.Kind == CTokenKind.Symbol && token.Text is "-" or "+" or "~" or "!")
        {
            _reader.Next();
            node = Prefix(token.At, token.Text[0], Cast());
        }
        else if (token.IsName("sizeof"))
            node = SizeOf();
        else
            node = Postfix(Primary());
        _depth--;
        return node;
    }

    private static CNode Prefix(CPosition at, char symbol, CNode operand)
    {
        CType used = operand.Used;
        CType type = symbol == '!' && used.Kind != CTypeKind.Opaque ? CType.Int : used.Promoted;
        if (!(used.IsNumber || used.Kind == CTypeKind.Opaque || (symbol == '!' && used.Kind == CTypeKind.Pointer)))
            throw at.Error($"'{symbol}' does not work on a {used}");
        var node = new CPrefix(at, symbol, type, operand);
        return operand is CConstant && type.Kind != CTypeKind.Opaque ? new CConstant(at, type, node.Evaluate(new CMachine(null!, null!, null, 100))) : node;
    }

    /// <summary>What a pointer points to; a function that is pointed to is called like the pointer.</summary>
    private static CNode Dereferenced(CPosition at, CNode pointer) => IsFunction(pointer) ? pointer : Target(at, pointer);

    private static bool IsFunction(CNode node) => node.Used is { Kind: CTypeKind.Pointer, Target.Kind: CTypeKind.Function };

    private static CTarget Target(CPosition at, CNode pointer)
    {
        var target = new CTarget(at, pointer);
        if (target.Type.Kind == CTypeKind.Function)
            throw at.Error("calls through pointers are not understood");
        return target;
    }

    private static CNode Address(CPosition at, CNode place)
    {
        if (place is CFunctionName)
            return place;
        return place.IsPlace ? new CAddressOf(at, place) : throw at.Error("only places have an address");
    }

    private static CStep Stepped(CPosition at, CNode place, string symbol, bool after) =>
        place.IsPlace ? new CStep(at, place, symbol == "++" ? 1 : -1, after) : throw at.Error($"'{symbol}' works on places only");

    private CConstant SizeOf()
    {
        CPosition at = _reader.Next().At;
        CType type;
        if (_reader.Current.Is("(") && StartsType(1))
        {
            _reader.Next();
            type = TypeName();
            _reader.Expect(")");
        }
        else
            type = Unary().Type;
        if (type.Size == 0 || type.Kind == CTypeKind.Opaque)
            throw at.Error($"the size of a {type} is not known");
        return new CConstant(at, CType.UnsignedInt, new CValue(type.Size));
    }

    private CNode Postfix(CNode node)
    {
        for (int links = 0; ; links++)
        {
            CToken token = _reader.Current;
            if (_reader.Accept("["))
            {
                CNode index = Expression();
                _reader.Expect("]");
                node = node.Used.Kind == CTypeKind.Opaque ? new CTarget(token.At, node) : Target(token.At, new CBinary(token.At, "+", node, index));
            }
            else if (_reader.Accept("."))
                node = Member(token.At, node, _reader.ExpectName());
            else if (_reader.Accept("->"))
                node = Member(token.At, node.Used.Kind == CTypeKind.Opaque ? node : Target(token.At, node), _reader.ExpectName());
            else if (_reader.Accept("++") || _reader.Accept("--"))
                node = Stepped(token.At, node, token.Text, true);
            else if (token.Is("(") && IsFunction(node))
                node = new CPointerCall(token.At, node, Arguments());
            else
                return node;
            if (links > 50)
                throw token.At.Error("the expression is too long");
        }
    }

    private static CNode Member(CPosition at, CNode owner, string name)
    {
        if (owner is CUnknownName)
            return owner;
        if (owner.Type.Kind == CTypeKind.Opaque)
            return new CSystemName(at, (owner as CSystemName)?.Name + "." + name);
        CField? field = owner.Type.Fields.FirstOrDefault(f => f.Name == name);
        return owner.IsPlace && field is not null ? new CMember(at, owner, field) : throw at.Error($"a {owner.Type} has no member {name}");
    }

    private CNode Primary()
    {
        CToken token = _reader.Next();
        switch (token.Kind)
        {
            case CTokenKind.Number or CTokenKind.Fraction:
                return new CConstant(token.At, token.Type!, new CValue(token.Number));
            case CTokenKind.Text:
                return TextConstant(token);
            case CTokenKind.Name:
                return _reader.Current.Is("(") ? Call(token) : Name(token);
        }

        if (!token.Is("("))
            throw token.At.Error($"an expression is expected, not {CTokenReader.Describe(token)}");
        if (_reader.Current.Is("{"))
            throw token.At.Error("statements inside expressions are not understood");
        CNode inner = Expression();
        _reader.Expect(")");
        return inner;
    }

    private CConstant TextConstant(CToken token)
    {
        var text = new StringBuilder(token.Text);
        while (_reader.Current.Kind == CTokenKind.Text)
            text.Append(_reader.Next().Text);
        if (_program is null)
            throw token.At.Error("a text is no number");
        byte[] bytes = [.. text.ToString().Select(c => (byte)c), 0];
        CType type = CType.Byte.Array(bytes.Length);
        uint address = Program.Memory.Allocate(bytes.Length, token.At);
        bytes.CopyTo(Program.Memory.Bytes(address, bytes.Length, token.At));
        return new CConstant(token.At, type, new CValue(address));
    }

    private CNode Name(CToken token)
    {
        switch (_scope.Find(token.Text))
        {
            case CLocal local:
                return new CLocalName(token.At, local.Type, local.Offset);
            case CGlobal variable:
                variable.IsUsed = true;
                return new CGlobalName(token.At, variable);
            case CFunction function:
                function.IsUsed = true;
                return new CFunctionName(token.At, function);
            case long number:
                return new CConstant(token.At, number is < int.MinValue or > uint.MaxValue ? CType.Long : number > int.MaxValue ? CType.UnsignedInt : CType.Int, new CValue(number));
            case CType:
                throw token.At.Error($"an expression is expected, not the type '{token.Text}'");
        }

        if (token.Text is "__func__" or "__FUNCTION__")
            return TextConstant(token with { Kind = CTokenKind.Text, Text = _function });
        return SystemCalls.IsObject(token.Text) ? new CSystemName(token.At, token.Text) : new CUnknownName(token.At, token.Text);
    }

    private CNode Call(CToken name)
    {
        if (_scope.Find(name.Text) is CLocal or CGlobal && Name(name) is CNode pointer && IsFunction(pointer))
            return new CPointerCall(name.At, pointer, Arguments());
        ImmutableArray<CNode> arguments = Arguments();
        object? meaning = _scope.Find(name.Text);
        if (meaning is CFunction { } called)
            called.IsUsed = true;
        return meaning switch
        {
            CFunction function => new CCall(name.At, name.Text, function, arguments),
            null => new CCall(name.At, name.Text, null, arguments),
            _ => throw name.At.Error($"{name.Text} is no function"),
        };
    }

    private ImmutableArray<CNode> Arguments()
    {
        _reader.Expect("(");
        var arguments = ImmutableArray.CreateBuilder<CNode>();
        if (!_reader.Accept(")"))
        {
            do
            {
                // Some macros of the SDK take a type.
                arguments.Add(Assignment());
            }
            while (_reader.Accept(",") && arguments.Count < 64);
            _reader.Expect(")");
        }

        return arguments.ToImmutable();
    }
}

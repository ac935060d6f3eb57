// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>The first values of a variable: plain numbers of arrays apart, so that large arrays stay small.</summary>
/// <param name="Type">Type of the variable, with the length that the values give it.</param>
/// <param name="Numbers">Offsets and constants.</param>
/// <param name="Values">Offsets and expressions.</param>
internal sealed record CInitializer(CType Type, List<(int Offset, CType Type, long Value, CPosition At)> Numbers, List<(long Offset, CType Type, CNode Value)> Values)
{
    /// <summary>Stores the values of a variable with a fixed address.</summary>
    public void StoreTo(CMachine machine, uint address)
    {
        foreach ((int offset, CType type, long value, CPosition at) in Numbers)
            machine.Memory.Store(address + (uint)offset, type, value, at);
        foreach ((long offset, CType type, CNode node) in Values)
        {
            CValue value = node.Evaluate(machine);
            if (value.Kind == CValueKind.Opaque)
                throw node.At.Error("the value is not constant");
            if (type.Kind == CTypeKind.Structure)
                machine.Copy(new CPlace(address + (uint)offset, type), value, node.Type, node.At);
            else
                machine.Memory.Store(address + (uint)offset, type, value.Convert(node.Used, type, node.At).Bits, node.At);
        }
    }

    /// <summary>Makes the statement that gives a local variable its values.</summary>
    public CStatement Statement(CPosition at, int offset)
    {
        bool single = Type.Kind is not (CTypeKind.Array or CTypeKind.Structure) || (Values.Count == 1 && ReferenceEquals(Values[0].Type, Type));
        return new CInitialization(
            at, Type, offset,
            [.. Numbers.Select(n => ((long)n.Offset, n.Type, (CNode)new CConstant(n.At, n.Type, new CValue(n.Value)))), .. Values], !single);
    }
}

/// <summary>Reads first values.</summary>
internal sealed class CInitializerReader(CParser parser, CType type)
{
    private readonly CInitializer _result = new(type, [], []);
    private int _depth;

    /// <summary>Reads what follows the equals sign.</summary>
    public CInitializer Read()
    {
        CTokenReader reader = parser.Reader;
        CPosition at = reader.Current.At;
        if (type is { Kind: CTypeKind.Array, Length: 0 })
        {
            long length = reader.Current.Is("{") ? Braces(type, 0, at) : Text(type, 0, reader.Current);
            return _result with { Type = type.Target!.Array(length) };
        }

        Value(type, 0);
        return _result;
    }

    private void Value(CType wanted, long offset)
    {
        CToken token = parser.Reader.Current;
        if (wanted.Kind == CTypeKind.Array && token.Kind == CTokenKind.Text)
            Text(wanted, offset, token);
        else if (token.Is("{") && wanted.Kind is CTypeKind.Array or CTypeKind.Structure)
            Braces(wanted, offset, token.At);
        else if (token.Is("{") && wanted.Kind == CTypeKind.Opaque)
            parser.SkipBraces();
        else if (token.Is("{"))
        {
            parser.Reader.Next();
            Value(wanted, offset);
            parser.Reader.Accept(",");
            parser.Reader.Expect("}");
        }
        else if (wanted.Kind == CTypeKind.Array)
            throw token.At.Error("an array takes values in braces");
        else
            Single(wanted, offset, token);
    }

    private void Single(CType wanted, long offset, CToken token)
    {
        CToken next = parser.Reader.Ahead(1);
        if (token.Kind == CTokenKind.Number && wanted.IsInteger && (next.Is(",") || next.Is("}")))
        {
            parser.Reader.Next();
            CheckFit(wanted, token.Number, token.At);
            _result.Numbers.Add(((int)offset, wanted, wanted.Wrap(token.Number), token.At));
            return;
        }

        CNode value = parser.Assignment();
        if (wanted.Kind == CTypeKind.Opaque)
            return;
        if (wanted.IsNumber && !(value.Used.IsNumber || value.Used.Kind is CTypeKind.Opaque or CTypeKind.Pointer))
            throw value.At.Error($"a {value.Used} is no value for a {wanted}");
        if (value is CConstant { Value.Kind: CValueKind.Known } constant && wanted.IsInteger && value.Type.IsInteger)
            CheckFit(wanted, constant.Value.Bits, value.At);
        _result.Values.Add((offset, wanted, value));
    }

    /// <summary>A constant that its place cannot hold is a mistake in the data.</summary>
    private static void CheckFit(CType wanted, long value, CPosition at)
    {
        if (wanted.Size < 8 && !wanted.IsBoolean && (value < -(1L << (8 * (int)wanted.Size - 1)) || value >= 1L << (8 * (int)wanted.Size)))
            throw at.Error($"the value 0x{value:x} does not fit {8 * wanted.Size} bits");
    }

    private long Text(CType wanted, long offset, CToken token)
    {
        if (token.Kind != CTokenKind.Text || wanted.Target is not { Size: 1 })
            throw token.At.Error("an array takes values in braces");
        long count = 0;
        while (parser.Reader.Current.Kind == CTokenKind.Text)
        {
            foreach (char c in parser.Reader.Next().Text)
                _result.Numbers.Add(((int)(offset + count++), CType.Byte, (byte)c, token.At));
        }

        _result.Numbers.Add(((int)(offset + count++), CType.Byte, 0, token.At));
        if (wanted.Length > 0 && count == wanted.Length + 1)
        {
            _result.Numbers.RemoveAt(_result.Numbers.Count - 1);
            return wanted.Length;
        }

        return wanted.Length == 0 || count <= wanted.Length ? count : throw token.At.Error("the text is longer than its array");
    }

    private long Braces(CType wanted, long offset, CPosition at)
    {
        if (++_depth > 10)
            throw at.Error("values are nested deeper than 10");
        parser.Reader.Expect("{");
        long index = 0, length = 0;
        bool array = wanted.Kind == CTypeKind.Array;
        while (!parser.Reader.Accept("}"))
        {
            CToken token = parser.Reader.Current;
            if (token.Is("[") && array)
                index = Designated();
            else if (token.Is(".") && !array)
                index = Named(wanted);
            long limit = array ? wanted.Length : wanted.Fields.Length;
            if ((limit > 0 || !array) && index >= limit)
                throw token.At.Error($"more than {limit} values are given");
            CType element = array ? wanted.Target! : wanted.Fields[(int)index].Type;
            long place = array ? index * element.Size : wanted.Fields[(int)index].Offset;
            if (offset + place + element.Size > CMemory.MaximumBytes)
                throw token.At.Error($"the variables take more than {CMemory.MaximumBytes} bytes");
            Value(element, offset + place);
            length = Math.Max(length, ++index);
            if (!parser.Reader.Accept(","))
            {
                parser.Reader.Expect("}");
                break;
            }
        }

        _depth--;
        return length;
    }

    private long Designated()
    {
        parser.Reader.Expect("[");
        long index = parser.Number();
        CPosition at = parser.Reader.Expect("]");
        parser.Reader.Expect("=");
        return index >= 0 && index < CMemory.MaximumBytes ? index : throw at.Error("the index is out of range");
    }

    private long Named(CType structure)
    {
        CPosition at = parser.Reader.Expect(".");
        string name = parser.Reader.ExpectName();
        parser.Reader.Expect("=");
        for (int i = 0; i < structure.Fields.Length; i++)
        {
            if (structure.Fields[i].Name == name)
                return i;
        }

        throw at.Error($"the structure has no member {name}");
    }
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Projects.C;

internal sealed partial class CParser
{
    private static readonly HashSet<string> Ignored = new(StringComparer.Ordinal)
    {
        "const", "volatile", "inline", "__inline", "__inline__", "register", "restrict", "__restrict", "auto", "__IO", "__I", "__O", "__STATIC_INLINE", "__FORCE_INLINE",
        "__extension__", "_Noreturn", "__weak", "__isr", "__packed",
    };

    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "void", "char", "short", "int", "long", "signed", "unsigned", "float", "double", "struct", "union", "enum", "typedef", "static", "extern",
    };

    /// <summary>The next tokens begin a declaration or the type of a cast.</summary>
    private bool StartsType(int ahead = 0)
    {
        CToken token = _reader.Ahead(ahead);
        if (token.Kind != CTokenKind.Name)
            return false;
        if (Words.Contains(token.Text) || Ignored.Contains(token.Text) || token.Text is "__attribute__")
            return true;
        object? meaning = _scope.Find(token.Text);
        return meaning is CType || (meaning is null && IsSdkType(token.Text, _reader.Ahead(ahead + 1), _reader.Ahead(ahead + 2)));
    }

    /// <summary>Types of the SDK end in <c>_t</c> and stand before a name, an asterisk or the end of a cast.</summary>
    private static bool IsSdkType(string name, CToken next, CToken second) =>
        name.EndsWith("_t", StringComparison.Ordinal)
        && (next.Kind == CTokenKind.Name || next.Is(")") || (next.Is("*") && (second.Kind == CTokenKind.Name || second.Is(")") || second.Is("*"))));

    private Specifiers ReadSpecifiers()
    {
        CPosition at = _reader.Current.At;
        CType? type = null;
        bool isTypedef = false, isStatic = false, isExtern = false, signed = false, unsigned = false;
        int longs = 0;
        string? word = null;
        while (_reader.Current.Kind == CTokenKind.Name)
        {
            string name = _reader.Current.Text;
            if (name == "__attribute__")
                Attribute();
            else if (Ignored.Contains(name))
                _reader.Next();
            else if (name is "typedef" or "static" or "extern")
            {
                isTypedef |= name == "typedef";
                isStatic |= name == "static";
                isExtern |= name == "extern";
                _reader.Next();
                if (_reader.Current.Kind == CTokenKind.Text)
                    throw at.Error("extern \"C\" is not C");
            }
            else if (name is "signed" or "unsigned" or "long" or "short" or "int" or "char" or "float" or "double" or "void")
            {
                if (type is not null)
                    throw _reader.Current.At.Error($"'{name}' does not go with the type before it");
                _reader.Next();
                signed |= name == "signed";
                unsigned |= name == "unsigned";
                longs += name == "long" ? 1 : 0;
                if (name is not ("signed" or "unsigned" or "long") && !(name == "int" && word == "short"))
                    word = word is null or "int" && name != word ? name : throw at.Error($"'{name}' does not go with '{word}'");
            }
            else if (type is not null || word is not null || longs > 0 || signed || unsigned)
                break;
            else if (name is "struct" or "union")
                type = Structure();
            else if (name == "enum")
                type = Enumeration();
            else if (_scope.Find(name) is CType known)
            {
                type = known;
                _reader.Next();
            }
            else if (_scope.Find(name) is null && IsSdkType(name, _reader.Ahead(1), _reader.Ahead(2)))
            {
                type = CType.Opaque;
                _reader.Next();
            }
            else
                break;
        }

        type ??= Basic(word, signed, unsigned, longs, at);
        return new Specifiers(type, isTypedef, isStatic, isExtern);
    }

    private CType Basic(string? word, bool signed, bool unsigned, int longs, CPosition at)
    {
        if (word is null && !signed && !unsigned && longs == 0)
            throw _reader.Current.At.Error($"a type is expected, not {CTokenReader.Describe(_reader.Current)}");
        if ((signed && unsigned) || longs > 2 || (longs > 0 && word is "char" or "short" or "float" or "void") || ((signed || unsigned) && word is "float" or "double" or "void"))
            throw at.Error("these words do not go together as a type");
        return (word, unsigned) switch
        {
            ("void", _) => CType.Void,
            ("char", _) => signed ? CType.SignedChar : CType.Byte,
            ("short", false) => CType.Short,
            ("short", true) => CType.UnsignedShort,
            ("float", _) => CType.Float,
            ("double", _) => CType.Double,
            (_, false) => longs == 2 ? CType.Long : CType.Int,
            (_, true) => longs == 2 ? CType.UnsignedLong : CType.UnsignedInt,
        };
    }

    private void Attribute()
    {
        CPosition at = _reader.Next().At;
        _reader.Expect("(");
        for (int depth = 1; depth > 0;)
        {
            CToken token = _reader.Next();
            if (token.Kind == CTokenKind.End)
                throw at.Error("__attribute__ is not closed");
            depth += token.Is("(") ? 1 : token.Is(")") ? -1 : 0;
        }
    }

    private void Qualifiers()
    {
        while (_reader.Current.Kind == CTokenKind.Name && (Ignored.Contains(_reader.Current.Text) || _reader.Current.Text == "__attribute__"))
        {
            if (_reader.Current.Text == "__attribute__")
                Attribute();
            else
                _reader.Next();
        }
    }

    private CType Structure()
    {
        CToken keyword = _reader.Next();
        bool packed = _reader.Current.IsName("__attribute__") || _reader.Current.IsName("__packed");
        Qualifiers();
        string? tag = _reader.Current.Kind == CTokenKind.Name ? _reader.Next().Text : null;
        if (!_reader.Current.Is("{"))
            return tag is not null ? _scope.Structure(tag, false) : throw keyword.At.Error("a structure has a name or members");
        CType type = tag is null ? CType.Structure() : _scope.Structure(tag, true);
        Deeper(keyword.At);
        _reader.Expect("{");
        var members = new List<(string, CType)>();
        while (!_reader.Accept("}"))
        {
            Specifiers specifiers = ReadSpecifiers();
            do
            {
                Declarator member = ReadDeclarator(specifiers.Type);
                if (_reader.Current.Is(":"))
                    throw _reader.Current.At.Error("bit fields are not understood");
                if (member.Function is not null || member.Type.Size == 0 || member.Type.Size > CMemory.MaximumBytes || members.Count > 1000)
                    throw member.At.Error($"{member.Name} cannot be a member");
                members.Add((member.Name, member.Type));
            }
            while (_reader.Accept(","));
            _reader.Expect(";");
        }

        _depth--;
        packed |= _reader.Current.IsName("__attribute__") && _reader.Ahead(3).Text.Contains("packed", StringComparison.Ordinal);
        Qualifiers();
        if (members.Sum(m => m.Item2.Size) > CMemory.MaximumBytes)
            throw keyword.At.Error($"the structure has more than {CMemory.MaximumBytes} bytes");
        type.Complete(members, keyword.Text == "union", packed);
        return type;
    }

    private CType Enumeration()
    {
        _reader.Next();
        if (_reader.Current.Kind == CTokenKind.Name)
            _reader.Next();
        if (!_reader.Accept("{"))
            return CType.Int;
        long value = 0;
        while (!_reader.Accept("}"))
        {
            string name = _reader.ExpectName();
            if (_reader.Accept("="))
                value = ConstantExpression();
            _scope.Set(name, value++);
            if (!_reader.Accept(","))
            {
                _reader.Expect("}");
                break;
            }
        }

        return CType.Int;
    }

    /// <summary>A declared name with its asterisks, lengths and parameters.</summary>
    private Declarator ReadDeclarator(CType type, bool named = true)
    {
        type = Asterisks(type);
        CPosition at = _reader.Current.At;
        if (_reader.Current.Is("(") && _reader.Ahead(1).Is("*"))
            return FunctionPointer();
        if (_reader.Current.Is("(") && named)
            throw at.Error("names in parentheses are not understood");
        string name = named || _reader.Current.Kind == CTokenKind.Name ? _reader.ExpectName() : string.Empty;
        if (_reader.Current.Is("(") && name.Length > 0)
        {
            CFunctionShape shape = Parameters();
            Qualifiers();
            return new Declarator(name, type, shape, at);
        }

        type = Lengths(type, at);
        Qualifiers();
        return new Declarator(name, type, null, at);
    }

    /// <summary>A pointer to a function, or an array of them; what the functions take and give is looked up when one is called.</summary>
    private Declarator FunctionPointer()
    {
        CPosition at = _reader.Expect("(");
        Deeper(at);
        _reader.Expect("*");
        Qualifiers();
        string name = _reader.Current.Kind == CTokenKind.Name ? _reader.ExpectName() : string.Empty;
        CType type = Lengths(CType.Function.Pointer(), at);
        _reader.Expect(")");
        Parameters();
        Qualifiers();
        _depth--;
        return new Declarator(name, type, null, at);
    }

    private CType Asterisks(CType type)
    {
        for (int depth = 0; _reader.Current.Is("*"); depth++)
        {
            CPosition at = _reader.Next().At;
            if (depth > 4)
                throw at.Error("too many asterisks");
            type = type.Pointer();
            Qualifiers();
        }

        return type;
    }

    private CType Lengths(CType type, CPosition at)
    {
        if (!_reader.Accept("["))
            return type;
        Deeper(at);
        Qualifiers();
        long length = _reader.Current.Is("]") ? 0 : ConstantExpression();
        _reader.Expect("]");
        CType element = Lengths(type, at);
        _depth--;
        if (element.Size == 0)
            throw at.Error("the elements of an array have a known size");
        if (length < 0 || length > CMemory.MaximumBytes / element.Size)
            throw at.Error($"an array has at most {CMemory.MaximumBytes} bytes; this one has {length} elements of {element.Size} bytes");
        return element.Array(length);
    }

    private CFunctionShape Parameters()
    {
        CPosition at = _reader.Expect("(");
        var parameters = ImmutableArray.CreateBuilder<(string?, CType)>();
        if (_reader.Accept(")"))
            return new CFunctionShape([], true);
        if (_reader.Current.IsName("void") && _reader.Ahead(1).Is(")"))
        {
            _reader.Next();
            _reader.Next();
            return new CFunctionShape([], false);
        }

        do
        {
            if (_reader.Accept("..."))
            {
                _reader.Expect(")");
                return new CFunctionShape(parameters.ToImmutable(), true);
            }

            Declarator parameter = ReadDeclarator(ReadSpecifiers().Type, false);
            if (parameter.Function is not null || parameters.Count > 20)
                throw at.Error("functions as parameters, and more than 20 parameters, are not understood");
            parameters.Add((parameter.Name.Length > 0 ? parameter.Name : null, parameter.Type.Decayed));
        }
        while (_reader.Accept(","));
        _reader.Expect(")");
        return new CFunctionShape(parameters.ToImmutable(), false);
    }

    /// <summary>The type of a cast or of <c>sizeof</c>.</summary>
    private CType TypeName()
    {
        Declarator declarator = ReadDeclarator(ReadSpecifiers().Type, false);
        return declarator.Name.Length == 0 ? declarator.Type : throw declarator.At.Error("a type has no name here");
    }
}

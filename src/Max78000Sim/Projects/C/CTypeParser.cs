// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Recognises type names: those of C and stdint.h, typedefs, and structures of the SDK.</summary>
internal sealed class CTypeParser(CTokenReader reader)
{
    private static readonly string[] Qualifiers = ["const", "volatile", "static", "extern", "inline", "register", "struct"];

    private readonly Dictionary<string, CType> _types = new(StringComparer.Ordinal)
    {
        ["void"] = CType.Void,
        ["char"] = new CType(CTypeKind.Integer, 1, true),
        ["short"] = new CType(CTypeKind.Integer, 2, true),
        ["int"] = CType.Int,
        ["long"] = CType.Int,
        ["signed"] = CType.Int,
        ["unsigned"] = CType.UnsignedInt,
        ["int8_t"] = new CType(CTypeKind.Integer, 1, true),
        ["int16_t"] = new CType(CTypeKind.Integer, 2, true),
        ["int32_t"] = CType.Int,
        ["uint8_t"] = new CType(CTypeKind.Integer, 1),
        ["uint16_t"] = new CType(CTypeKind.Integer, 2),
        ["uint32_t"] = CType.UnsignedInt,
        ["size_t"] = CType.UnsignedInt,
        ["uintptr_t"] = CType.UnsignedInt,
        ["intptr_t"] = CType.Int,
        ["float"] = CType.Opaque,
        ["double"] = CType.Opaque,
        ["FILE"] = CType.Opaque,
    };

    public void Define(string name, CType type) => _types[name] = type;

    /// <summary>True if a type starts at the current token.</summary>
    public bool StartsType() => StartsType(reader.Current, reader.Ahead(1));

    /// <summary>True if a type starts after an opening parenthesis.</summary>
    public bool StartsCast() => reader.Current.Is("(") && StartsType(reader.Ahead(1), reader.Ahead(2));

    /// <summary>Reads qualifiers and a type name without pointers.</summary>
    public CType Base(out bool isExternal)
    {
        isExternal = false;
        CType? type = null;
        bool wasLong = false;
        CPosition at = reader.Current.At;
        while (reader.Current.Kind == CTokenKind.Name)
        {
            string name = reader.Current.Text;
            if (Qualifiers.Contains(name))
            {
                isExternal |= name == "extern";
            }
            else if (type is null && (_types.TryGetValue(name, out CType? found) || IsSdkType(name, reader.Ahead(1))))
            {
                type = found ?? CType.Opaque;
            }
            else if (type is not null && name is "int" or "char" or "short" or "long" && _types.TryGetValue(name, out CType? second))
            {
                // "unsigned char", "long int": size of the smaller, sign of the first.
                if (type.Kind != CTypeKind.Integer || (name == "long" && wasLong))
                    throw at.Error($"'{name}' does not go with the type before it");
                type = new CType(CTypeKind.Integer, Math.Min(type.Bytes, second.Bytes), type.Signed);
            }
            else
            {
                break;
            }

            wasLong |= name == "long";
            reader.Next();
        }

        return type ?? throw at.Error($"a type is expected, not {CTokenReader.Describe(reader.Current)}");
    }

    /// <summary>Reads the asterisks after a base type.</summary>
    public CType Pointers(CType type)
    {
        for (int depth = 0; reader.Current.Is("*"); depth++)
        {
            CPosition at = reader.Next().At;
            if (depth > 2)
                throw at.Error("pointers to pointers are not understood");
            type = type.Pointer();
            while (reader.AcceptName("const") || reader.AcceptName("volatile"))
            {
            }
        }

        return type;
    }

    private bool StartsType(CToken token, CToken next) =>
        token.Kind == CTokenKind.Name && (_types.ContainsKey(token.Text) || Qualifiers.Contains(token.Text) || IsSdkType(token.Text, next));

    private static bool IsSdkType(string name, CToken next) =>
        name.EndsWith("_t", StringComparison.Ordinal) && (next.Kind == CTokenKind.Name || next.Is("*"));
}

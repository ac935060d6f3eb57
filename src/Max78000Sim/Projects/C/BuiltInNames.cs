// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>Types and constants that the C library and the SDK define.</summary>
internal static class BuiltInNames
{
    private static readonly (string Name, CType Type)[] Types =
    [
        ("int8_t", CType.SignedChar), ("uint8_t", CType.Byte), ("int16_t", CType.Short), ("uint16_t", CType.UnsignedShort), ("int32_t", CType.Int),
        ("uint32_t", CType.UnsignedInt), ("int64_t", CType.Long), ("uint64_t", CType.UnsignedLong), ("size_t", CType.UnsignedInt), ("ssize_t", CType.Int),
        ("uintptr_t", CType.UnsignedInt), ("intptr_t", CType.Int), ("ptrdiff_t", CType.Int), ("bool", CType.Bool), ("_Bool", CType.Bool),
        ("q7_t", CType.SignedChar), ("q15_t", CType.Short), ("q31_t", CType.Int), ("q63_t", CType.Long), ("float32_t", CType.Float), ("float64_t", CType.Double),
        ("uint_fast8_t", CType.UnsignedInt), ("int_fast8_t", CType.Int), ("uint_fast16_t", CType.UnsignedInt), ("int_fast16_t", CType.Int),
        ("uint_least8_t", CType.Byte), ("uint_least16_t", CType.UnsignedShort), ("uint_least32_t", CType.UnsignedInt),
        ("uint", CType.UnsignedInt), ("IRQn_Type", CType.Int),
    ];

    private static readonly (string Name, long Value)[] Numbers =
    [
        ("NULL", 0), ("true", 1), ("false", 0), ("E_NO_ERROR", 0), ("E_SUCCESS", 0), ("EXIT_SUCCESS", 0), ("EXIT_FAILURE", 1),
        ("INT8_MIN", sbyte.MinValue), ("INT8_MAX", sbyte.MaxValue), ("UINT8_MAX", byte.MaxValue), ("INT16_MIN", short.MinValue), ("INT16_MAX", short.MaxValue),
        ("UINT16_MAX", ushort.MaxValue), ("INT32_MIN", int.MinValue), ("INT32_MAX", int.MaxValue), ("INT_MAX", int.MaxValue), ("INT_MIN", int.MinValue),
        ("UINT32_MAX", uint.MaxValue), ("UINT_MAX", uint.MaxValue),
    ];

    public static void Fill(CScope scope)
    {
        foreach ((string name, CType type) in Types)
            scope.Set(name, type);
        foreach ((string name, long value) in Numbers)
            scope.Set(name, value);
    }
}

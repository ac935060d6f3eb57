// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets;

/// <summary>From the bytes of files to the signed bytes that the chip receives.</summary>
internal static class SignedBytes
{
    /// <summary>Subtracts 128 from every byte.</summary>
    /// <param name="values">Bytes 0..255.</param>
    /// <param name="destination">As many values, -128..127.</param>
    public static void FromUnsigned(ReadOnlySpan<byte> values, Span<sbyte> destination)
    {
        for (int i = 0; i < values.Length; i++) destination[i] = (sbyte)(values[i] ^ 0x80);
    }
}

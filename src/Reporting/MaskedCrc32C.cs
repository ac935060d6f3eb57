// SPDX-License-Identifier: MIT
using System.Numerics;

namespace Ai8x.Reporting;

/// <summary>
/// The checksum of record files: CRC-32C (Castagnoli) of the bytes, turned right by 15 bits plus a constant, so that a checksum over data that holds
/// checksums is still good.
/// </summary>
internal static class MaskedCrc32C
{
    private const uint Mask = 0xa282ead8;

    /// <summary>The masked checksum of bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes) crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + Mask;
    }
}

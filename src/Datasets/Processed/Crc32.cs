// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets.Processed;

/// <summary>The checksum of zip archives: the reflected CRC-32 with the polynomial 0x04C11DB7, as in IEEE 802.3.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>Continues a checksum.</summary>
    /// <param name="crc">Checksum so far, 0 at the start.</param>
    /// <param name="bytes">What follows.</param>
    /// <returns>The checksum including these bytes.</returns>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        uint[] table = Table;
        crc = ~crc;
        while (bytes.Length >= 4)
        {
            crc ^= bytes[0] | ((uint)bytes[1] << 8) | ((uint)bytes[2] << 16) | ((uint)bytes[3] << 24);
            crc = table[768 + (crc & 255)] ^ table[512 + ((crc >> 8) & 255)] ^ table[256 + ((crc >> 16) & 255)] ^ table[crc >> 24];
            bytes = bytes[4..];
        }

        foreach (byte value in bytes) crc = table[(crc ^ value) & 255] ^ (crc >> 8);
        return ~crc;
    }

    // Row k holds the effect of a byte that k further bytes follow.
    private static uint[] MakeTable()
    {
        uint[] table = new uint[4 * 256];
        for (uint value = 0; value < 256; value++)
        {
            uint crc = value;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320u);
            table[value] = crc;
        }

        for (int i = 256; i < table.Length; i++) table[i] = table[table[i - 256] & 255] ^ (table[i - 256] >> 8);
        return table;
    }
}

// SPDX-License-Identifier: MIT
using System.Security.Cryptography;

namespace Ai8x.Datasets;

/// <summary>Knows a file by the published checksum of its bytes as they are stored.</summary>
/// <param name="algorithm">MD5 or SHA-256, whichever was published.</param>
/// <param name="expected">The checksum in hexadecimal capitals.</param>
/// <param name="mostBytes">The most bytes that are received.</param>
internal sealed class StoredChecksum(HashAlgorithmName algorithm, string expected, long mostBytes) : ContentCheck
{
    /// <inheritdoc/>
    public override long MostBytes => mostBytes;

    /// <inheritdoc/>
    public override string FinalName(RemoteFile file, FileStream stored)
    {
        stored.Position = 0;
        using var hash = IncrementalHash.CreateHash(algorithm);
        byte[] chunk = new byte[1 << 20];
        int count;
        while ((count = stored.Read(chunk)) > 0) hash.AppendData(chunk, 0, count);
        string actual = Convert.ToHexString(hash.GetHashAndReset());
        return actual == expected ? file.FileName : throw NotOfficial(file, $"It must have the {algorithm.Name} {expected}.", $"the {algorithm.Name} {actual}");
    }
}

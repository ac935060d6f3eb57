// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Security.Cryptography;

namespace Ai8x.Datasets;

/// <summary>Knows a file by length and SHA-256 of what it unpacks to, however it was packed on the way.</summary>
/// <param name="wanted">What it must unpack to.</param>
internal sealed class UnpackedChecksum(DatasetFile wanted) : ContentCheck
{
    // Packed data is hardly ever longer than what it unpacks to; the allowance covers headers of small files.
    private const int PackedAllowance = 65536;

    /// <inheritdoc/>
    public override long MostBytes => wanted.UnpackedBytes + PackedAllowance;

    /// <inheritdoc/>
    public override string FinalName(RemoteFile file, FileStream stored)
    {
        using StoredFile content = StoredFile.Open(stored, file.Address.ToString());
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] chunk = new byte[1 << 16];
        int count;
        while (content.Position <= wanted.UnpackedBytes && (count = content.Read(chunk)) > 0) hash.AppendData(chunk, 0, count);
        string actual = Convert.ToHexString(hash.GetHashAndReset());
        if (content.Position != wanted.UnpackedBytes || actual != wanted.Sha256)
        {
            throw NotOfficial(
                file,
                string.Create(CultureInfo.InvariantCulture, $"It must unpack to {wanted.UnpackedBytes} bytes with the SHA-256 {wanted.Sha256}."),
                content.Position > wanted.UnpackedBytes ? "more bytes" : string.Create(CultureInfo.InvariantCulture, $"{content.Position} bytes with the SHA-256 {actual}"));
        }

        content.CheckTrailer();
        return content.IsPacked ? wanted.Name + ".gz" : wanted.Name;
    }
}

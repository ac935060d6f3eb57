// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets.Processed;

/// <summary>One array in a <c>.npz</c> file that stores its entries unpacked.</summary>
/// <param name="Name">Name of the array.</param>
/// <param name="FileName">Name of the entry, in ASCII.</param>
/// <param name="HeaderPosition">Where its header begins.</param>
/// <param name="ContentPosition">Where its content begins.</param>
/// <param name="Preamble">The first bytes of the content, before the values.</param>
/// <param name="ValuesPosition">Where the values begin.</param>
/// <param name="ValueBytes">Bytes of the values.</param>
internal sealed record StoredEntry(string Name, byte[] FileName, long HeaderPosition, long ContentPosition, byte[] Preamble, long ValuesPosition, long ValueBytes)
{
    /// <summary>Bytes of the content: preamble and values.</summary>
    public long ContentBytes => Preamble.Length + ValueBytes;
}

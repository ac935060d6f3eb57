// SPDX-License-Identifier: MIT
using Ai8x.Datasets.Archives;

namespace Ai8x.Datasets;

/// <summary>For a zip archive without a published checksum: all its files must unpack to the checksums in its directory.</summary>
/// <param name="mostBytes">The most bytes that are received.</param>
/// <param name="mostFileBytes">The most bytes that one of its files may have.</param>
internal sealed class WholeZip(long mostBytes, long mostFileBytes) : ContentCheck
{
    /// <inheritdoc/>
    public override long MostBytes => mostBytes;

    /// <inheritdoc/>
    public override string FinalName(RemoteFile file, FileStream stored)
    {
        try
        {
            foreach (ArchiveMember member in new ZipSource(stored.Name).Members(CancellationToken.None)) member.ReadAll(mostFileBytes);
            return file.FileName;
        }
        catch (DatasetFormatException error)
        {
            throw NotOfficial(file, error.Rule, error.Actual, error);
        }
    }
}

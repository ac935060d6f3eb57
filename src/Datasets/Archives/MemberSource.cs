// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ai8x.Datasets.Archives;

/// <summary>An archive or folder whose files are read one after another, without unpacking anything to the disk.</summary>
internal abstract class MemberSource
{
    /// <summary>More files than any data set of the catalog has.</summary>
    public const int MostMembers = 1_000_000;

    /// <summary>The archive or folder.</summary>
    public abstract string Path { get; }

    /// <summary>Goes through the files; the members of folders are sorted by path, those of archives come as they are stored.</summary>
    /// <param name="cancellation">Looked at before every member.</param>
    /// <returns>The files. Folders and other entries without content are left out.</returns>
    /// <exception cref="DatasetFormatException">The archive is damaged, or has a member that no data set has.</exception>
    public IEnumerable<ArchiveMember> Members(CancellationToken cancellation)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (ArchiveMember member in Read())
        {
            cancellation.ThrowIfCancellationRequested();
            if (!seen.Add(member.Path))
            {
                throw new DatasetFormatException(Path, $"The member '{member.Path}' is there twice.", "Every path may occur once.", "a second one", "Fetch the data set again.");
            }

            if (seen.Count > MostMembers)
            {
                throw new DatasetFormatException(Path, "There are too many files.", string.Create(CultureInfo.InvariantCulture, $"At most {MostMembers} are read."), "more", "Give the official data set.");
            }

            yield return member;
        }
    }

    /// <summary>Adds to a hash everything that shows a change of the files without reading them: names, lengths, times of change.</summary>
    /// <param name="hash">The hash.</param>
    public abstract void AppendState(IncrementalHash hash);

    /// <summary>Goes through the files without looking at duplicates.</summary>
    protected abstract IEnumerable<ArchiveMember> Read();

    /// <summary>Adds the state of one file to a hash.</summary>
    /// <param name="hash">The hash.</param>
    /// <param name="name">Name to add.</param>
    /// <param name="file">The file.</param>
    protected static void AppendFile(IncrementalHash hash, string name, FileInfo file) =>
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}\0{file.Length}\0{file.LastWriteTimeUtc.Ticks}\n")));
}

// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Datasets.Archives;

/// <summary>One file of an archive or folder. Its content can be read once, before the next member is asked for.</summary>
/// <param name="Source">The archive or folder, for messages.</param>
/// <param name="Path">Path in it, with forward slashes; never absolute, never with a step upwards.</param>
/// <param name="Length">Bytes of the content, as the archive claims.</param>
/// <param name="Content">The content.</param>
internal sealed record ArchiveMember(string Source, string Path, long Length, Stream Content)
{
    /// <summary>Name for messages: archive and path in it.</summary>
    public string Display => $"{Source}[{Path}]";

    /// <summary>The last part of the path.</summary>
    public string FileName => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The part of the path before the last one, or "" where there is none.</summary>
    public string FolderName
    {
        get
        {
            int end = Path.LastIndexOf('/');
            return end < 0 ? "" : Path[(Path.LastIndexOf('/', Math.Max(0, end - 1)) + 1)..end];
        }
    }

    /// <summary>Reads the whole content.</summary>
    /// <param name="most">The most bytes that such a file may have; checked before memory is taken.</param>
    /// <returns>The content, <see cref="Length"/> bytes.</returns>
    /// <exception cref="DatasetFormatException">The file is too long, cut off or damaged.</exception>
    public byte[] ReadAll(long most)
    {
        if (Length > most)
        {
            throw new DatasetFormatException(
                Display,
                "The file is longer than any file of this data set.",
                string.Create(CultureInfo.InvariantCulture, $"It may have at most {most} bytes."),
                string.Create(CultureInfo.InvariantCulture, $"{Length} bytes"),
                "Fetch the data set again, or take the file out.");
        }

        byte[] content = new byte[Length];
        int count = Content.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        if (count < content.Length)
        {
            throw CutOff(count);
        }

        // Reading on to the end lets the archive check what it knows of the content.
        if (Content.Read(stackalloc byte[1]) != 0)
        {
            throw new DatasetFormatException(Display, "The content is longer than the archive says.", "Both must agree.", string.Create(CultureInfo.InvariantCulture, $"more than {Length} bytes"), "Fetch the data set again.");
        }

        return content;
    }

    /// <summary>The error for content that ends early.</summary>
    /// <param name="count">Bytes that were there.</param>
    public DatasetFormatException CutOff(long count) => new(
        Display,
        "The file is cut off.",
        string.Create(CultureInfo.InvariantCulture, $"It must have {Length} bytes."),
        string.Create(CultureInfo.InvariantCulture, $"{count} bytes"),
        "Fetch the data set again.");
}

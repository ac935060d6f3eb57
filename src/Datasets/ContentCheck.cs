// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets;

/// <summary>Decides whether a fetched file is the official one.</summary>
internal abstract class ContentCheck
{
    /// <summary>The most bytes that the file can have as it comes over the network.</summary>
    public abstract long MostBytes { get; }

    /// <summary>Checks a file that was received whole.</summary>
    /// <param name="file">Where it came from and what it is called.</param>
    /// <param name="stored">Its bytes; stays open.</param>
    /// <returns>The name under which it is kept.</returns>
    /// <exception cref="DatasetFormatException">It is not the official file.</exception>
    public abstract string FinalName(RemoteFile file, FileStream stored);

    /// <summary>The error for a file that is not the official one.</summary>
    /// <param name="file">The file.</param>
    /// <param name="rule">What it must be.</param>
    /// <param name="actual">What it is.</param>
    /// <param name="inner">The error that showed it, or null.</param>
    protected static DatasetFormatException NotOfficial(RemoteFile file, string rule, string actual, Exception? inner = null) => new(
        file.Address.ToString(),
        "What was fetched is not the official file.",
        rule,
        actual,
        "Nothing was kept. Try again, or fetch the files by hand and name their folder with --data-dir.",
        inner);
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets;

/// <summary>The files of a data set are not where they were looked for, and could not be fetched either.</summary>
public sealed class DatasetUnavailableException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="dataset">Name of the data set in the catalog.</param>
    /// <param name="problem">What is missing or failed, where, and what to do, as sentences.</param>
    /// <param name="inner">The error that led to this one, or null.</param>
    public DatasetUnavailableException(string dataset, string problem, Exception? inner = null)
        : base($"Data set '{dataset}': {problem}", inner)
    {
        Dataset = dataset;
        Problem = problem;
    }

    /// <summary>Name of the data set in the catalog.</summary>
    public string Dataset { get; }

    /// <summary>What is missing or failed, where, and what to do.</summary>
    public string Problem { get; }
}

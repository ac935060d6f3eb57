// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets;

/// <summary>A file of a data set is malformed, or does not fit to the other files or to the data set that was asked for.</summary>
public sealed class DatasetFormatException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="file">The file, or the address it came from.</param>
    /// <param name="problem">What is wrong, as a sentence.</param>
    /// <param name="rule">The rule that is broken, as a sentence.</param>
    /// <param name="actual">The value that was found instead, as a phrase.</param>
    /// <param name="advice">What to do, as a sentence.</param>
    /// <param name="inner">The error that led to this one, or null.</param>
    public DatasetFormatException(string file, string problem, string rule, string actual, string advice, Exception? inner = null)
        : base($"{file}: {problem} {rule} Found: {actual}. {advice}", inner)
    {
        File = file;
        Problem = problem;
        Rule = rule;
        Actual = actual;
        Advice = advice;
    }

    /// <summary>The file, or the address it came from.</summary>
    public string File { get; }

    /// <summary>What is wrong.</summary>
    public string Problem { get; }

    /// <summary>The rule that is broken.</summary>
    public string Rule { get; }

    /// <summary>What was found instead.</summary>
    public string Actual { get; }

    /// <summary>What to do.</summary>
    public string Advice { get; }
}

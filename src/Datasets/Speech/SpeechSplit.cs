// SPDX-License-Identifier: MIT
using System.Text;
using Ai8x.Datasets.Processed;

namespace Ai8x.Datasets.Speech;

/// <summary>Which part a recording belongs to: decided by its file name alone (training-flow.md section 4.3, step 3).</summary>
internal static class SpeechSplit
{
    private const int Buckets = 10;
    private const int ValidBucket = 8;

    /// <summary>The hash of a file name.</summary>
    /// <param name="fileName">The name, without folder.</param>
    /// <returns>SipHash-2-4 with the key 0 as a signed number; -2 stands for -1.</returns>
    public static long Hash(string fileName)
    {
        long hash = (long)SipHash.Compute(Encoding.UTF8.GetBytes(fileName));
        return hash == -1 ? -2 : hash;
    }

    /// <summary>The part of a recording.</summary>
    /// <param name="fileName">The name, without folder.</param>
    public static SplitPart PartOf(string fileName)
    {
        long remainder = Hash(fileName) % Buckets;
        return (remainder < 0 ? remainder + Buckets : remainder) switch
        {
            < ValidBucket => SplitPart.Train,
            ValidBucket => SplitPart.Valid,
            _ => SplitPart.Test,
        };
    }
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Projects;

/// <summary>The known answer as a stream of words: records of address, mask, count and values until a zero address (machine.md section 10.2).</summary>
internal static class KnownAnswerStream
{
    /// <summary>Takes the stream apart.</summary>
    /// <param name="words">The stream.</param>
    /// <param name="file">File name for errors.</param>
    public static ImmutableArray<KnownAnswerRecord> Parse(ReadOnlySpan<uint> words, string file)
    {
        ImmutableArray<KnownAnswerRecord>.Builder records = ImmutableArray.CreateBuilder<KnownAnswerRecord>();
        int at = 0;
        while (true)
        {
            if (at >= words.Length)
                throw new ProjectFormatException(file, 0, "the records do not end with a zero address");
            uint address = words[at++];
            if (address == 0)
                break;
            if (words.Length - at < 2 || words[at + 1] > words.Length - at - 2)
                throw new ProjectFormatException(file, 0, $"the record at address 0x{address:x8} is cut off");
            int count = (int)words[at + 1];
            records.Add(new KnownAnswerRecord(address, words[at], [.. words.Slice(at + 2, count)]));
            at += 2 + count;
        }

        return at == words.Length ? records.DrainToImmutable() : throw new ProjectFormatException(file, 0, $"{words.Length - at} words follow the zero address");
    }
}

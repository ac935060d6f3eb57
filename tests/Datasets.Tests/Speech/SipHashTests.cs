// SPDX-License-Identifier: MIT
using Ai8x.Datasets.Processed;
using Ai8x.Datasets.Speech;

namespace Ai8x.Datasets.Tests.Speech;

public sealed class SipHashTests
{
    [Fact]
    public void Hash_HasTheValueOfItsPaper() =>
        // Appendix A: key 00 01 .. 0f, input 00 01 .. 0e.
        Assert.Equal(0xa129ca6149be45e5UL, SipHash.Compute([.. Enumerable.Range(0, 15).Select(i => (byte)i)], 0x0706050403020100, 0x0f0e0d0c0b0a0908));

    [Theory]
    [InlineData("0a7c2a8d_nohash_0.wav", 311_958_292_761_803_191, SplitPart.Train)]
    [InlineData("ffd2ba2f_nohash_1.wav", -3_112_801_156_658_753_976, SplitPart.Train)]
    public void FileNames_HashAsInTheReference(string name, long expected, object part)
    {
        Assert.Equal(expected, SpeechSplit.Hash(name));
        Assert.Equal(part, SpeechSplit.PartOf(name));
    }

    [Fact]
    public void Split_IsTheNonNegativeRemainderOfTheHash()
    {
        var counts = new int[3];
        for (int i = 0; i < 10_000; i++)
        {
            string name = $"{i}_nohash_0.wav";
            long remainder = (long)((((Int128)SpeechSplit.Hash(name) % 10) + 10) % 10);
            SplitPart expected = remainder == 9 ? SplitPart.Test : remainder == 8 ? SplitPart.Valid : SplitPart.Train;
            Assert.Equal(expected, SpeechSplit.PartOf(name));
            counts[(int)expected]++;
        }

        Assert.InRange(counts[0], 7_800, 8_200);
        Assert.InRange(counts[1], 900, 1_100);
        Assert.InRange(counts[2], 900, 1_100);
    }
}

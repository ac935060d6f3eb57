// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using Ai8x.Autograd;

namespace Ai8x.Optim.Tests;

public class WeightHashTests
{
    [Fact]
    public void Of_ReadsLittleEndianBytesInOrder()
    {
        Parameter a = new("a", [2]), b = new("b", [1]);
        a.Value[0] = 1f;
        a.Value[1] = -2f;
        b.Value[0] = 0.5f;
        byte[] bytes = [0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x00, 0xc0, 0x00, 0x00, 0x00, 0x3f];

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), WeightHash.Of([a, b]));
        Assert.NotEqual(WeightHash.Of([b, a]), WeightHash.Of([a, b]));
    }

    [Fact]
    public void Of_TellsMinusZeroFromZero()
    {
        Parameter a = new("a", [1]), b = new("a", [1]);
        b.Value[0] = -0f;

        Assert.NotEqual(WeightHash.Of([a]), WeightHash.Of([b]));
    }
}

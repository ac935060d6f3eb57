// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Tensors.Tests;

/// <summary>Random blocks of sixteen images and bit comparison.</summary>
internal static class LaneBlocks
{
    public const int Lanes = LaneLayout.Lanes;

    /// <summary>Numbers of images that leave lanes empty, or none.</summary>
    public static readonly int[] LaneCounts = [16, 1, 7, 13];

    public static IEnumerable<VectorWidth> Widths => Enum.GetValues<VectorWidth>();

    /// <summary>A block with values in the first lanes and +0 in the others; some values are zeros, some equal to others, as after a rectifier.</summary>
    public static float[] Random(Random random, int values, int lanes, bool plain = false)
    {
        var block = new float[values * Lanes];
        for (int i = 0; i < values; i++)
            for (int lane = 0; lane < lanes; lane++) block[i * Lanes + lane] = Value(random, plain);
        return block;
    }

    public static float[] Values(Random random, int count)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = Value(random, plain: true);
        return values;
    }

    /// <summary>Memory that was used before: whatever was there must not shine through.</summary>
    public static float[] Filled(int count)
    {
        var values = new float[count];
        Array.Fill(values, float.NaN);
        return values;
    }

    /// <summary>Compares the lanes in use bit by bit.</summary>
    public static void AssertSameBits(float[] expected, float[] actual, int lanes, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int first = 0; first < expected.Length; first += Lanes)
        {
            if (MemoryMarshal.AsBytes(expected.AsSpan(first, lanes)).SequenceEqual(MemoryMarshal.AsBytes(actual.AsSpan(first, lanes)))) continue;
            for (int i = first; i < first + lanes; i++)
                if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i])) Assert.Fail($"{what}: element {i / Lanes} lane {i % Lanes}: expected {expected[i]:R}, got {actual[i]:R}");
        }
    }

    /// <summary>Compares masks, one for each pixel, in the lanes in use.</summary>
    public static void AssertSameMasks(ushort[] expected, ushort[] actual, int lanes, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            if (((expected[i] ^ actual[i]) & (1 << lanes) - 1) != 0) Assert.Fail($"{what}: mask {i}: expected {expected[i]:x4}, got {actual[i]:x4}");
    }

    public static void AssertSameBits(float[] expected, float[] actual, string what)
    {
        if (!MemoryMarshal.AsBytes<float>(expected).SequenceEqual(MemoryMarshal.AsBytes<float>(actual)))
            for (int i = 0; i < expected.Length; i++)
                if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i])) Assert.Fail($"{what}: element {i}: expected {expected[i]:R}, got {actual[i]:R}");
    }

    /// <summary>Compares bit by bit, but takes one that is no number for another: which of two an addition hands on is not said.</summary>
    public static void AssertSameNumbers(float[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            if (float.IsNaN(expected[i]) ? !float.IsNaN(actual[i]) : BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i])) Assert.Fail($"{what}: value {i}: expected {expected[i]:R}, got {actual[i]:R}");
    }

    private static float Value(Random random, bool plain) => plain ? random.NextSingle() * 2 - 1 : random.Next(8) switch
    {
        0 => 0f,
        1 => -0f,
        2 => 0.5f,
        3 => -0.5f,
        4 => 1e-30f,
        5 => -1e-30f,
        _ => random.NextSingle() * 2 - 1,
    };
}

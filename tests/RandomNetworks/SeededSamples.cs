// SPDX-License-Identifier: MIT
using CsCheck;

namespace Ai8x.RandomNetworks;

/// <summary>The same values in every run.</summary>
public static class SeededSamples
{
    private const uint Stream = 1;
    private const ulong Start = 78000;

    /// <summary>Checks a number of values, one after the other. CsCheck's own <c>Sample</c> uses its seed for the first value only and goes on by chance.</summary>
    /// <typeparam name="T">Type of the values.</typeparam>
    /// <param name="values">Where they come from.</param>
    /// <param name="count">How many; a larger number begins with the values of a smaller one.</param>
    /// <param name="check">What must hold; it throws where it does not.</param>
    public static void ForEach<T>(this Gen<T> values, int count, Action<T> check)
    {
        PCG random = new(Stream, Start);
        for (int i = 0; i < count; i++) check(values.Generate(random, null, out _));
    }
}

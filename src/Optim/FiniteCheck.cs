// SPDX-License-Identifier: MIT
namespace Ai8x.Optim;

/// <summary>Whether all values of an array are finite.</summary>
internal static class FiniteCheck
{
    public static bool AllFinite(ReadOnlySpan<float> values)
    {
        bool all = true;
        foreach (float value in values) all &= float.IsFinite(value);
        return all;
    }
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Tests;

/// <summary>
/// A sum in double precision with the error that a float32 computation of it may have: <c>gamma(n) = n u / (1 - n u)</c> times the sum of the magnitudes, where
/// <c>u = 2^-24</c> and no term goes through more than <c>n</c> roundings (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1). A chain of
/// fused multiply-adds rounds once for each term, a tree once for each level.
/// </summary>
internal struct BoundedSum
{
    private const double Unit = 1.0 / (1 << 24);

    private double _sum;
    private double _magnitude;
    private int _terms;

    public readonly double Value => _sum;

    public static double Gamma(int roundings) => roundings * Unit / (1 - roundings * Unit);

    public void Add(double term)
    {
        _sum += term;
        _magnitude += Math.Abs(term);
        _terms++;
    }

    /// <summary>Fails if the computed value is further away than the bound allows.</summary>
    /// <param name="computed">What the kernel gave.</param>
    /// <param name="further">Roundings of a term besides one for each addition of the chain: levels of a tree, a factor.</param>
    /// <param name="what">Where the value stands.</param>
    public readonly void AssertNear(float computed, int further, string what)
    {
        // The double sum has an error of its own, a part in 2^29 of the bound.
        double bound = (1 + 1e-6) * Gamma(_terms + further) * _magnitude;
        if (!(Math.Abs(computed - _sum) <= bound)) Assert.Fail($"{what}: {computed:R} is {Math.Abs(computed - _sum):E2} away from {_sum:R}; {_terms} terms may be {bound:E2} away");
    }
}

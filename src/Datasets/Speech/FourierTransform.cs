// SPDX-License-Identifier: MIT
using System.Numerics;

namespace Ai8x.Datasets.Speech;

/// <summary>The discrete Fourier transform of a power-of-two length in double, with a fixed sequence of operations.</summary>
internal sealed class FourierTransform
{
    private readonly int[] _reversed;
    private readonly double[] _cos;
    private readonly double[] _sin;

    /// <summary>Prepares a length.</summary>
    /// <param name="length">Number of points, a power of two, at least 2.</param>
    public FourierTransform(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        if (!BitOperations.IsPow2(length)) throw new ArgumentException("The length must be a power of two.", nameof(length));
        int bits = BitOperations.Log2((uint)length);
        _reversed = new int[length];
        for (int i = 1; i < length; i++) _reversed[i] = (_reversed[i >> 1] >> 1) | ((i & 1) << (bits - 1));
        _cos = new double[length / 2];
        _sin = new double[length / 2];
        for (int i = 0; i < length / 2; i++) (_sin[i], _cos[i]) = Turns.SinCos((double)i / length);
    }

    /// <summary>Number of points.</summary>
    public int Length => _reversed.Length;

    /// <summary>
    /// Transforms in place: <c>X[k] = sum x[n] exp(-2 pi i k n / N)</c>. With the two arguments exchanged it computes the inverse without the factor
    /// <c>1 / N</c>.
    /// </summary>
    /// <param name="real">Real parts, <see cref="Length"/> values.</param>
    /// <param name="imaginary">Imaginary parts, as many.</param>
    public void Transform(Span<double> real, Span<double> imaginary)
    {
        int length = Length;
        real = real[..length];
        imaginary = imaginary[..length];
        for (int i = 0; i < length; i++)
        {
            int j = _reversed[i];
            if (j <= i) continue;
            (real[i], real[j]) = (real[j], real[i]);
            (imaginary[i], imaginary[j]) = (imaginary[j], imaginary[i]);
        }

        for (int half = 1; half < length; half *= 2)
        {
            int step = length / (2 * half);
            for (int start = 0; start < length; start += 2 * half)
            {
                Butterflies(real.Slice(start, 2 * half), imaginary.Slice(start, 2 * half), half, step);
            }
        }
    }

    private void Butterflies(Span<double> real, Span<double> imaginary, int half, int step)
    {
        for (int k = 0; k < half; k++)
        {
            double c = _cos[k * step];
            double s = -_sin[k * step];
            double re = (real[k + half] * c) - (imaginary[k + half] * s);
            double im = (real[k + half] * s) + (imaginary[k + half] * c);
            real[k + half] = real[k] - re;
            imaginary[k + half] = imaginary[k] - im;
            real[k] += re;
            imaginary[k] += im;
        }
    }
}

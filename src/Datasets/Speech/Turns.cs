// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets.Speech;

/// <summary>
/// Sine and cosine of angles in full turns, in double: polynomials over correctly rounded additions and multiplications, so the same bits on every
/// processor. Each is within 2 units in the last place of the true value, and exact at multiples of a quarter turn.
/// </summary>
internal static class Turns
{
    /// <summary>
    /// With <c>q = round(4 t)</c> and <c>x = 2 pi (t - q / 4)</c>, <c>|x| &lt;= pi / 4</c>: minimax polynomials of sine (degree 13) and cosine (degree 14) at
    /// <c>x</c>, errors below 2^-58, exchanged and negated as the quarter <c>q mod 4</c> asks.
    /// </summary>
    /// <param name="turns">The angle, |t| below 2^50; 1 is 2 pi.</param>
    /// <returns>Sine and cosine.</returns>
    public static (double Sin, double Cos) SinCos(double turns)
    {
        double quarter = Math.Round(4 * turns);
        // Exact: both have few bits below the leading one of the difference.
        double x = (turns - (quarter * 0.25)) * Math.Tau;
        double z = x * x;
        double sin = x + (x * z * Polynomial(z, -1.66666666666666324348e-01, 8.33333333332248946124e-03, -1.98412698298579493134e-04, 2.75573137070700676789e-06, -2.50507602534068634195e-08, 1.58969099521155010221e-10));
        double cos = 1 - ((0.5 * z) - (z * z * Polynomial(z, 4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05, -2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11)));
        return ((long)quarter & 3) switch
        {
            0 => (sin, cos),
            1 => (cos, -sin),
            2 => (-sin, -cos),
            _ => (-cos, sin),
        };
    }

    private static double Polynomial(double z, double c0, double c1, double c2, double c3, double c4, double c5) =>
        c0 + (z * (c1 + (z * (c2 + (z * (c3 + (z * (c4 + (z * c5)))))))));
}

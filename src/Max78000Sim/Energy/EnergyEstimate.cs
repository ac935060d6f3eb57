// SPDX-License-Identifier: MIT
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Energy;

/// <summary>
/// A rough estimate of what an inference takes from the core supply above idle. Published figures (silicon.md section 2) are five layers of one network on one board: energy
/// followed the number of active processors and the time, not the number of multiplications. Loading, unloading and idle current are not in it.
/// </summary>
/// <param name="Microjoules">The estimate.</param>
/// <param name="ErrorMicrojoules">How far off it may be to either side, by the spread of the published points; for kinds of layers without a published point wider.</param>
public readonly record struct EnergyEstimate(double Microjoules, double ErrorMicrojoules)
{
    /// <summary>Milliwatts of an active processor in 1x1 layers; points: 1.11 (64 processors), 1.13 (32).</summary>
    public const double MilliwattsPointwise = 1.1;

    /// <summary>Milliwatts of an active processor in 3x3 layers; points: 1.70 (3 processors), 1.55 (32), 1.51 (64).</summary>
    public const double MilliwattsSquare = 1.5;

    /// <summary>Relative error where layers of the kind were measured: the point farthest off is 13 % above.</summary>
    public const double MeasuredError = 0.15;

    /// <summary>Relative error of other kinds, which are put in the middle: it covers the range of all points.</summary>
    public const double OtherError = 0.35;

    /// <summary>Where the rates are from, for reports.</summary>
    public const string Source = "published power of five layers of one network on one evaluation kit, core supply above idle";

    private const int SquareTaps = 9;
    private const double PublishedClockMegahertz = 50;

    /// <summary>The estimate for one layer.</summary>
    /// <param name="layer">Its cycles.</param>
    /// <param name="processors">Active processors, 1..64.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public static EnergyEstimate Of(LayerTimeline layer, int processors)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentOutOfRangeException.ThrowIfLessThan(processors, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(processors, 64);
        (double rate, double error) = Rate(layer.Layer);

        // Switching power goes with the clock, so the energy of a layer does not depend on it.
        double microseconds = layer.Cycles / PublishedClockMegahertz;
        double microjoules = rate * processors * microseconds / 1000;
        return new EnergyEstimate(microjoules, microjoules * error);
    }

    /// <summary>Adds two estimates; errors are taken to be common to all layers, so they add up.</summary>
    public static EnergyEstimate operator +(EnergyEstimate left, EnergyEstimate right) =>
        new(left.Microjoules + right.Microjoules, left.ErrorMicrojoules + right.ErrorMicrojoules);

    /// <summary>Adds two estimates.</summary>
    public static EnergyEstimate Add(EnergyEstimate left, EnergyEstimate right) => left + right;

    private static (double Milliwatts, double Error) Rate(LayerGeometry layer)
    {
        int taps = layer.KernelRows * layer.KernelColumns;
        if (layer.PassThrough || taps is not (1 or SquareTaps))
            return ((MilliwattsPointwise + MilliwattsSquare) / 2, OtherError);
        return (taps == 1 ? MilliwattsPointwise : MilliwattsSquare, MeasuredError);
    }
}

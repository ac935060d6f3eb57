// SPDX-License-Identifier: MIT
namespace Ai8x.Optim;

/// <summary>How well one class is told from the others.</summary>
/// <param name="Name">Name of the class.</param>
/// <param name="Support">Samples of the class.</param>
/// <param name="Predicted">Samples that were taken for the class.</param>
/// <param name="Correct">Samples of the class that were taken for it.</param>
public readonly record struct ClassScore(string Name, long Support, long Predicted, long Correct)
{
    /// <summary>Share of the samples taken for the class that are of it, 0..1; 0 where none was taken for it.</summary>
    public double Precision => Predicted == 0 ? 0 : (double)Correct / Predicted;

    /// <summary>Share of the samples of the class that were taken for it, 0..1; 0 where there is none.</summary>
    public double Recall => Support == 0 ? 0 : (double)Correct / Support;

    /// <summary>Harmonic mean of <see cref="Precision"/> and <see cref="Recall"/>, 0..1; 0 where nothing is correct.</summary>
    public double F1 => Support + Predicted == 0 ? 0 : 2.0 * Correct / (Support + Predicted);
}

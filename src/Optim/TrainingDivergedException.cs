// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Optim;

/// <summary>
/// A loss or a weight became infinite or not a number, so training stopped. Checkpoints of earlier epochs are intact; the weights in
/// memory are not usable.
/// </summary>
/// <param name="epoch">Epoch, from 1.</param>
/// <param name="step">Training step, from 1.</param>
/// <param name="quantity">What is not finite, for example <c>the loss</c> or <c>a weight of conv2d/kernel</c>.</param>
public sealed class TrainingDivergedException(int epoch, long step, string quantity) : ArithmeticException(
    string.Create(CultureInfo.InvariantCulture, $"epoch {epoch}, step {step}: {quantity} is not a finite number. Lower the learning rate, or check the data."))
{
    /// <summary>Epoch, from 1.</summary>
    public int Epoch { get; } = epoch;

    /// <summary>Training step, from 1.</summary>
    public long Step { get; } = step;

    /// <summary>What is not finite.</summary>
    public string Quantity { get; } = quantity;
}

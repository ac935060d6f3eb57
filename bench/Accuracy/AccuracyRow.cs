// SPDX-License-Identifier: MIT
namespace Ai8x.Bench.Accuracy;

/// <summary>One training of the page: accuracies 0..1 of the last epoch's weights.</summary>
/// <param name="Network">Name of the row, see <see cref="AccuracyAim"/>.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Epochs">Epochs trained.</param>
/// <param name="HoldOut">Float model on the hold-out of the training part.</param>
/// <param name="Test">Float model on the official test part.</param>
/// <param name="TestDequantized">The dequantized file on the test part.</param>
/// <param name="TestInteger">The chip's arithmetic on the test part.</param>
/// <param name="TestCount">Samples of the test part.</param>
/// <param name="Seconds">Wall time of the training command.</param>
/// <param name="Weights">SHA-256 of the weights.</param>
/// <param name="Machine">What it ran on.</param>
internal sealed record AccuracyRow(
    string Network, ulong Seed, int Epochs, double HoldOut, double Test, double TestDequantized, double TestInteger, int TestCount, double Seconds, string Weights, string Machine);

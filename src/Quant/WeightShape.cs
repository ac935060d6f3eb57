// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Quant;

/// <summary>Shape of a weight tensor, <c>[O, I, KH, KW]</c>.</summary>
/// <param name="Outputs">Output channels.</param>
/// <param name="Inputs">Input channels, or input features of a linear layer.</param>
/// <param name="KernelRows">Kernel rows.</param>
/// <param name="KernelColumns">Kernel columns.</param>
internal readonly record struct WeightShape(int Outputs, int Inputs, int KernelRows, int KernelColumns)
{
    public int KernelSize => KernelRows * KernelColumns;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Outputs}, {Inputs}, {KernelRows}, {KernelColumns}]");
}

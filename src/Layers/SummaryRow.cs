// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>One line of a <see cref="ModelSummary"/>.</summary>
/// <param name="Name">Name of the layer.</param>
/// <param name="Kind">Class of the layer.</param>
/// <param name="OutputShape">Shape of the output, <c>[H, W, C]</c>.</param>
/// <param name="ParameterCount">Number of weights and biases.</param>
public sealed record SummaryRow(string Name, string Kind, SampleShape OutputShape, int ParameterCount);

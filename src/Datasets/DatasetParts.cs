// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Datasets;

/// <summary>A data set in the three parts that a run uses.</summary>
/// <param name="Train">What the network learns from.</param>
/// <param name="Valid">What the run is watched and the learning rate is steered with.</param>
/// <param name="Test">What the reported accuracy is measured on.</param>
/// <param name="Folder">Where the files were found, for the log.</param>
public sealed record DatasetParts(SampleSource Train, SampleSource Valid, SampleSource Test, string Folder);

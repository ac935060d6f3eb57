// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets;

/// <summary>How far the preparation of a data set is: reading, resizing, augmenting and writing its processed cache.</summary>
/// <param name="Dataset">Name of the data set.</param>
/// <param name="Samples">Samples that are done, never falling.</param>
/// <param name="TotalSamples">Samples in all.</param>
public sealed record PreparationProgress(string Dataset, int Samples, int TotalSamples);

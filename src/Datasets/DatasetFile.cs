// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets;

/// <summary>One of the four official files of a data set.</summary>
/// <param name="Name">Name in the IDX spelling, without <c>.gz</c>.</param>
/// <param name="UnpackedBytes">Length of the unpacked file.</param>
/// <param name="Sha256">SHA-256 of the unpacked file, in hexadecimal capitals.</param>
internal sealed record DatasetFile(string Name, long UnpackedBytes, string Sha256);

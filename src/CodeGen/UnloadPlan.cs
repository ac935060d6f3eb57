// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.CodeGen;

/// <summary>How <c>cnn_unload</c> gathers the output from data memory into the caller's buffer (machine.md section 10.3).</summary>
/// <param name="ByteMode">True if any output layer is 8 bits wide: the buffer is filled byte by byte, otherwise word by word.</param>
/// <param name="OutputCount">Values in the buffer: channels times rows times columns of the output layers.</param>
/// <param name="Blocks">The blocks in the order of traversal.</param>
public sealed record UnloadPlan(bool ByteMode, int OutputCount, ImmutableArray<UnloadBlock> Blocks);

/// <summary>One block of four processors in one output expansion: all pixels in raster order, for each pixel the used lanes ascending.</summary>
/// <param name="Address">Absolute address of the first pixel's first word.</param>
/// <param name="Pixels">Number of pixels.</param>
/// <param name="StepWords">
/// Distance between two pixels in words: from word to word in byte mode, from group of lane words to group of lane words in word mode.
/// </param>
/// <param name="Lanes">Used lanes, ascending; in byte mode the byte of the word, in word mode the word of the group.</param>
/// <param name="OutputOffset">Where the block's first value goes, in bytes in byte mode, in words in word mode.</param>
/// <param name="PlaneStep">
/// Distance in the buffer between two lanes of one pixel: rows times columns in byte mode (pixel <c>i</c> of the used lane with rank
/// <c>k</c>, counted from 0, goes to <c>OutputOffset + i + k * PlaneStep</c>), 1 in word mode (values are appended).
/// </param>
public sealed record UnloadBlock(uint Address, int Pixels, int StepWords, ImmutableArray<int> Lanes, int OutputOffset, int PlaneStep);

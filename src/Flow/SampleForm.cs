// SPDX-License-Identifier: MIT
namespace Ai8x.Flow;

/// <summary>
/// Order of the axes of a saved sample (training-flow.md section 2.1). Data with one channel or one column counts as two-dimensional: one-dimensional data
/// of length <c>L</c> has the rows <c>L</c> and the columns <c>C</c>.
/// </summary>
public enum SampleForm
{
    /// <summary>As the data set has it: <c>[1, H, W, C]</c>, two-dimensional <c>[1, H, W]</c>.</summary>
    Nhwc,

    /// <summary>Channel first (<c>--channel-first</c>): <c>[C, H, W]</c>, two-dimensional <c>[H, W, 1]</c>.</summary>
    Chw,

    /// <summary>Channel first with rows and columns exchanged (<c>--channel-first --swap-hw</c>): <c>[C, W, H]</c>, two-dimensional <c>[W, H, 1]</c>.</summary>
    Cwh,
}

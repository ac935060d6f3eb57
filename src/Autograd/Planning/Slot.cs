// SPDX-License-Identifier: MIT
namespace Ai8x.Autograd.Planning;

/// <summary>A region of memory, in elements.</summary>
internal readonly record struct Slot(int Offset, int Length);

/// <summary>Where a step writes the gradient of one of its inputs.</summary>
/// <param name="Needed">Whether anybody wants the gradient.</param>
/// <param name="Region">The gradient's memory.</param>
/// <param name="Accumulates">Whether another step wrote it before, so this one must add.</param>
/// <param name="Scratch">Memory for the share of this step when it accumulates.</param>
internal readonly record struct GradientTarget(bool Needed, Region Region, bool Accumulates, Region Scratch);

/// <summary>Where a step writes the gradient of a parameter for one block.</summary>
/// <param name="Slot">The parameter's region in the block's gradient.</param>
/// <param name="Accumulates">Whether another step wrote it before, so this one must add.</param>
/// <param name="Scratch">Memory in the workspace for the share of this step when it accumulates.</param>
internal readonly record struct ParameterTarget(Slot Slot, bool Accumulates, Region Scratch);

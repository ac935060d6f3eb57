// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen.Planning;

/// <summary>What a plan makes small where it has a choice. Whatever it is, no choice costs a cycle that another one would save, unless memory forces it.</summary>
public enum PlanObjective
{
    /// <summary>Cycles of an inference; then bus writes for the input.</summary>
    Latency,

    /// <summary>The highest byte of data memory that is used.</summary>
    Memory,

    /// <summary>The number of quadrants that are switched on.</summary>
    Energy,
}

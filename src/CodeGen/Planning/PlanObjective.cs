// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen.Planning;

/// <summary>By what plans are compared (<c>docs/planner.md</c>).</summary>
public enum PlanObjective
{
    /// <summary>Cycles of an inference; of the plans with the fewest the one that takes the fewest bus writes for the input.</summary>
    Latency,

    /// <summary>The highest byte of data memory that is used (<see cref="NetworkPlan.PeakBytes"/>), then cycles.</summary>
    Memory,

    /// <summary>Cycles times quadrants that are switched on (<see cref="NetworkPlan.QuadrantCycles"/>), then cycles.</summary>
    Energy,
}

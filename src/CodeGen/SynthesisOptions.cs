// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen;

/// <summary>Options of program generation.</summary>
public sealed record SynthesisOptions
{
    /// <summary>The defaults.</summary>
    public static SynthesisOptions Default { get; } = new();

    /// <summary>Adds the soft-max of the result to the program (<c>--softmax</c>).</summary>
    public bool Softmax { get; init; }

    /// <summary>Writes layer registers even where the value is zero, the state after reset (<c>--write-zero-registers</c>).</summary>
    public bool WriteZeroRegisters { get; init; }
}

// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen;

/// <summary>Boards that a project is built for; the names in the SDK are <c>EvKit_V1</c> and <c>FTHR_RevA</c>.</summary>
public enum ProjectBoard
{
    /// <summary>The evaluation kit.</summary>
    EvKit,

    /// <summary>The feather board.</summary>
    Feather,
}

/// <summary>A port and a pin of the microcontroller, for example of the supply that the evaluation kit switches on with port 2, pin 5.</summary>
/// <param name="Port">Port, 0..3.</param>
/// <param name="Number">Pin within the port, 0..31.</param>
public readonly record struct BoardPin(int Port, int Number);

/// <summary>How a project runs on the RISC-V core (machine.md section 16.1).</summary>
/// <param name="Flash">Kernels and input stay in the flash memory that the RISC-V core reads.</param>
/// <param name="Cache">The RISC-V core's instruction cache is switched on.</param>
/// <param name="Exclusive">The RISC-V core gets its memory to itself.</param>
/// <param name="Debug">The Arm core connects the pins of the RISC-V debug port first.</param>
public sealed record RiscvOptions(bool Flash = false, bool Cache = false, bool Exclusive = false, bool Debug = false);

/// <summary>Options that change the C code around the program, but no access of the program itself.</summary>
public sealed record ProjectOptions
{
    /// <summary>The defaults: evaluation kit, timer 0, known answer, Arm core.</summary>
    public static ProjectOptions Default { get; } = new();

    /// <summary>The board in <c>project.mk</c> (<c>--board-name</c>).</summary>
    public ProjectBoard Board { get; init; }

    /// <summary>Timer that measures the inference, 0..3, or null for none: then <c>cnn_time</c> is 1 at the end (<c>--timer</c>, <c>--no-timer</c>).</summary>
    public int? Timer { get; init; } = 0;

    /// <summary>Whether <c>main</c> repeats its phases a hundred times between the action macros, for a power meter (<c>--energy</c>).</summary>
    public bool Energy { get; init; }

    /// <summary>Pin of the accelerator's external supply, which is switched on in front of the power sequence and off behind it, or null (<c>--boost</c>).</summary>
    public BoardPin? Boost { get; init; }

    /// <summary>How the RISC-V core runs the project, or null for the Arm core (<c>--riscv</c>).</summary>
    public RiscvOptions? Riscv { get; init; }

    /// <summary>Whether the project holds the known answer and checks it; <c>--no-kat</c> switches it off.</summary>
    public bool KnownAnswer { get; init; } = true;
}

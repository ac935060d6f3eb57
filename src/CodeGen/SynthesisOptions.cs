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

    /// <summary>How the input reaches the accelerator (<c>--fifo</c>, <c>--fast-fifo</c>, <c>--fast-fifo-quad</c>).</summary>
    public InputPath Input { get; init; }

    /// <summary>The RISC-V core runs the program; the fast FIFO is only there (<c>--riscv</c>).</summary>
    public bool Riscv { get; init; }

    /// <summary>Kernels are loaded packed, nine bytes a word; otherwise four bus words a kernel word (<c>--mexpress</c>, <c>--no-mexpress</c>).</summary>
    public bool ExpressKernels { get; init; } = true;

    /// <summary>One block of kernels for each processor instead of one stream (<c>--old-kernel-loader</c>).</summary>
    public bool OldKernelLoader { get; init; }

    /// <summary>The accelerator gathers the bytes of a lane for <c>cnn_unload</c> (<c>--mlator</c>).</summary>
    public bool Mlator { get; init; }

    /// <summary>The program clears all memories by the built-in self-test before it loads them (<c>--zero-sram</c>).</summary>
    public bool ZeroMemories { get; init; }

    /// <summary>The program clears the first 3,072 bytes of each row memory (<c>--init-tram</c>).</summary>
    public bool InitializeRowMemories { get; init; }

    /// <summary>Kernel memories of unused quadrants are switched off while the network runs (<c>--powerdown</c>).</summary>
    public bool PowerDown { get; init; }

    /// <summary>Weights of one bit are multiplied by the simplified multiplier (<c>--simple1b</c>).</summary>
    public bool Simple1Bit { get; init; }

    /// <summary>Outputs may overwrite data that the same layer still reads, and streaming buffers may overlap (<c>--overlap-data</c>).</summary>
    public bool OverlapData { get; init; }

    /// <summary>Layers may stream without a FIFO (<c>--allow-streaming</c>).</summary>
    public bool AllowStreaming { get; init; }

    /// <summary>The program stops the accelerator after the start and lets it go on (<c>--stop-start</c>).</summary>
    public bool StopStart { get; init; }

    /// <summary>Says that the operands of a first element-wise layer stand behind each other in the sample (<c>--legacy-test</c>), which is the only order (machine.md section 9.1).</summary>
    public bool LegacyTest { get; init; }

    /// <summary>Most processors of a layer, and with them the channels of one pass, 1 to 64 (<c>--max-proc</c>).</summary>
    public int MaximumProcessors { get; init; } = Device.Limits.DeviceLimits.Processors;

    /// <summary>Layers with equal weights share their kernels; false stores them for each (<c>--no-deduplicate-weights</c>).</summary>
    public bool DeduplicateWeights { get; init; } = true;

    /// <summary>Values by which a streaming layer behind the first starts later (<c>--increase-start</c>).</summary>
    public int IncreaseStart { get; init; } = 2;

    /// <summary>Added to the in-row delta of streaming layers behind the first (<c>--increase-delta1</c>).</summary>
    public int IncreaseDelta1 { get; init; }

    /// <summary>Added to the row-crossing delta of streaming layers behind the first (<c>--increase-delta2</c>).</summary>
    public int IncreaseDelta2 { get; init; }

    /// <summary>Replaces the start count of the first layer, or null (<c>--override-start</c>).</summary>
    public int? OverrideStart { get; init; }

    /// <summary>Replaces the circular buffer's length of the first layer, or null (<c>--override-rollover</c>).</summary>
    public int? OverrideRollover { get; init; }

    /// <summary>Replaces the in-row delta of the first layer, or null (<c>--override-delta1</c>).</summary>
    public int? OverrideDelta1 { get; init; }

    /// <summary>Replaces the row-crossing delta of the first layer, or null (<c>--override-delta2</c>).</summary>
    public int? OverrideDelta2 { get; init; }

    /// <summary>Wait states of the accelerator's registers and memories, 0 to 3 (<c>--ready-sel</c>).</summary>
    public int ReadySelect { get; init; }

    /// <summary>Wait states of the FIFO, 0 to 3 (<c>--ready-sel-fifo</c>).</summary>
    public int ReadySelectFifo { get; init; }

    /// <summary>Wait states of the always-on registers, 0 to 3 (<c>--ready-sel-aon</c>).</summary>
    public int ReadySelectAlwaysOn { get; init; }

    /// <summary>Sets the bit for an external ready signal at the start (<c>--ext-rdy</c>).</summary>
    public bool ExternalReady { get; init; }

    /// <summary>Whether the input comes through any FIFO.</summary>
    public bool UsesFifo => Input != InputPath.Memory;

    /// <summary>Whether the input comes through the FIFO of the RISC-V core.</summary>
    public bool UsesFastFifo => Input is InputPath.FastFifo or InputPath.FastFifoQuad;
}

/// <summary>How the input reaches the accelerator (machine.md section 9).</summary>
public enum InputPath
{
    /// <summary>Written to data memory before the start.</summary>
    Memory,

    /// <summary>Through one FIFO a quadrant, while the accelerator runs.</summary>
    Fifo,

    /// <summary>Through the one fast FIFO of the RISC-V core.</summary>
    FastFifo,

    /// <summary>Through the fast FIFO, to all four quadrants at once.</summary>
    FastFifoQuad,
}

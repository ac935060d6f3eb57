// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.CodeGen;

/// <summary>
/// Everything that runs a quantized network on the accelerator, decided before any text is written: functions of bus accesses,
/// kernel, bias and input words, and the known answer. Plain immutable data; the C writer and the vector writer only print it.
/// </summary>
public sealed record AcceleratorProgram
{
    /// <summary>The functions in the order of the generated source.</summary>
    public required ImmutableArray<ProgramFunction> Functions { get; init; }

    /// <summary>Names of the functions in the order in which the program calls them (machine.md section 6.1).</summary>
    public required ImmutableArray<string> CallOrder { get; init; }

    /// <summary>The kernel stream: records of address, length and data words, closed by a zero (machine.md section 7.5). Only the zero where <see cref="KernelBlocks"/> are used.</summary>
    public required ImmutableArray<uint> Kernels { get; init; }

    /// <summary>The kernels as one block per processor, for the older loader (machine.md section 7.6); otherwise empty.</summary>
    public ImmutableArray<KernelBlock> KernelBlocks { get; init; } = [];

    /// <summary>Bias bytes per quadrant that holds any, quadrants ascending (machine.md section 8).</summary>
    public required ImmutableArray<BiasBlock> Biases { get; init; }

    /// <summary>Input words per destination (machine.md section 9).</summary>
    public required ImmutableArray<InputBlock> Inputs { get; init; }

    /// <summary>The known answer as memory records (machine.md section 10.2).</summary>
    public required ImmutableArray<AnswerRecord> KnownAnswer { get; init; }
}

/// <summary>One function of the program: its accesses in source order.</summary>
/// <param name="Name">Function name in the C project, for example <c>cnn_configure</c>.</param>
/// <param name="Accesses">The accesses.</param>
public sealed record ProgramFunction(string Name, ImmutableArray<ProgramAccess> Accesses);

/// <summary>One statement of the program that touches registers or memories; the rows of <c>program.csv</c>.</summary>
/// <param name="Operation">What is done.</param>
/// <param name="Address">Absolute address, or 0 where <paramref name="Target"/> names the place.</param>
/// <param name="Value">Written value or mask; unused for copies.</param>
/// <param name="Label">The comment of the generated line.</param>
/// <param name="Count">Number of words or bytes; 1 for a single access.</param>
/// <param name="Target">Name of the place for system registers (<c>GCFR.reg3</c>), otherwise null.</param>
/// <param name="SourceName">Name of the copied block (<c>input_0</c>, <c>bias_0</c>, <c>kernels</c>), or the value in words for an update, otherwise null.</param>
/// <param name="Layer">Hardware layer that the access belongs to, or -1.</param>
/// <param name="Mask">For <see cref="AccessOperation.Wait"/> and <see cref="AccessOperation.Check"/>: the bits that are compared.</param>
public sealed record ProgramAccess(
    AccessOperation Operation,
    uint Address,
    uint Value,
    string Label,
    int Count = 1,
    string? Target = null,
    string? SourceName = null,
    int Layer = -1,
    uint Mask = uint.MaxValue)
{
    /// <summary>Section of the description of the machine (machine.md) that the value follows, for listings; empty where there is none.</summary>
    public string Rule { get; init; } = "";
}

/// <summary>Kind of a <see cref="ProgramAccess"/>.</summary>
public enum AccessOperation
{
    /// <summary>Store a value.</summary>
    Write,

    /// <summary>Read, set the bits of the value, store.</summary>
    SetBits,

    /// <summary>Read, keep only the bits of the value, store.</summary>
    KeepBits,

    /// <summary>Copy words to consecutive words.</summary>
    CopyWords,

    /// <summary>Copy bytes, each to one word.</summary>
    CopyBytesToWords,

    /// <summary>Walk the kernel stream.</summary>
    KernelStream,

    /// <summary>Replace fields of a system register by name.</summary>
    Update,

    /// <summary>Store one byte.</summary>
    WriteByte,

    /// <summary>Walk the kernel stream without the byte store that sets the address: kernel words of four bus words each.</summary>
    PlainKernelStream,

    /// <summary>Store zeros to consecutive words.</summary>
    FillZero,

    /// <summary>Read until the masked word equals the value.</summary>
    Wait,

    /// <summary>Read once; the function fails unless the masked word equals the value.</summary>
    Check,

    /// <summary>Repeat what follows, up to <see cref="EndLoop"/>, as often as the count says; loops do not nest.</summary>
    Loop,

    /// <summary>End of a loop.</summary>
    EndLoop,

    /// <summary>Store the next word of the named block to the address, always the same one.</summary>
    WriteNext,

    /// <summary>Read a word as often as the count says; the source name is <c>out</c> for words that go to the caller's buffer, <c>discard</c> for others.</summary>
    Read,
}

/// <summary>Kernel words of one processor for the older loader.</summary>
/// <param name="Processor">Processor, 0..63; its number in the name <c>kernels_n</c>.</param>
/// <param name="Words">The packed words.</param>
public sealed record KernelBlock(int Processor, ImmutableArray<uint> Words);

/// <summary>Bias bytes of one quadrant.</summary>
/// <param name="Quadrant">Quadrant, 0..3.</param>
/// <param name="Bytes">Bytes from offset 0, at most 512.</param>
public sealed record BiasBlock(int Quadrant, ImmutableArray<byte> Bytes);

/// <summary>Input words for one destination.</summary>
/// <param name="Number">Number in the name <c>SAMPLE_INPUT_n</c>: the processor for CHW, the first processor of the block for HWC.</param>
/// <param name="Address">Absolute destination address.</param>
/// <param name="Words">Words for consecutive addresses, or one after another for the FIFO at <paramref name="Address"/>.</param>
/// <param name="IsFifo">Whether all words go to one address, the data register of a FIFO (machine.md section 9.3).</param>
public sealed record InputBlock(int Number, uint Address, ImmutableArray<uint> Words, bool IsFifo = false);

/// <summary>Consecutive memory words that must hold the known answer under one mask.</summary>
/// <param name="Address">Absolute address of the first word.</param>
/// <param name="Mask">Bits that count.</param>
/// <param name="Words">Expected words, already masked.</param>
public sealed record AnswerRecord(uint Address, uint Mask, ImmutableArray<uint> Words);

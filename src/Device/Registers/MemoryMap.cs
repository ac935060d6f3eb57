// SPDX-License-Identifier: MIT
namespace Ai8x.Device.Registers;

/// <summary>Addresses and sizes of the accelerator's memories (machine.md sections 1.1 and 2). Facts only: no packing, no layout.</summary>
public static class MemoryMap
{
    /// <summary>Base of the accelerator's window on the peripheral bus.</summary>
    public const uint Base = 0x5000_0000;

    /// <summary>Distance in bytes between the same block of two neighbouring quadrants.</summary>
    public const uint QuadrantStride = 0x0040_0000;

    /// <summary>Number of quadrants, each with 16 processors.</summary>
    public const int Quadrants = 4;

    /// <summary>Processors in one quadrant.</summary>
    public const int ProcessorsPerQuadrant = 16;

    /// <summary>Processors of the whole accelerator.</summary>
    public const int Processors = Quadrants * ProcessorsPerQuadrant;

    /// <summary>Processors that share one data memory instance; also the bytes in one data word.</summary>
    public const int ProcessorsPerInstance = 4;

    /// <summary>Data memory instances.</summary>
    public const int DataInstances = Processors / ProcessorsPerInstance;

    /// <summary>Global and layer registers of quadrant 0.</summary>
    public const uint Registers = Base + 0x0010_0000;

    /// <summary>Bias memory (BRAM) of quadrant 0: byte <c>n</c> in bits 7:0 of the word at <c>4*n</c>.</summary>
    public const uint BiasMemory = Base + 0x0010_8000;

    /// <summary>Bytes of one quadrant's bias memory.</summary>
    public const int BiasBytes = 512;

    /// <summary>Row cache (TRAM) of quadrant 0.</summary>
    public const uint TransferMemory = Base + 0x0011_0000;

    /// <summary>Words of 16 bits in one processor's row cache.</summary>
    public const int TransferWords = 3072;

    /// <summary>Kernel memory (MRAM) of processor 0 of quadrant 0.</summary>
    public const uint KernelMemory = Base + 0x0018_0000;

    /// <summary>Distance in bytes between two processors' kernel memories and row caches.</summary>
    public const uint ProcessorStride = 0x4000;

    /// <summary>Kernel words of 72 bits in one processor's kernel memory.</summary>
    public const int KernelWords = 768;

    /// <summary>Bytes in one kernel word.</summary>
    public const int KernelWordBytes = 9;

    /// <summary>Address window in bytes that one kernel word takes outside express mode.</summary>
    public const int KernelWordWindow = 16;

    /// <summary>Data memory (SRAM) instance 0 of quadrant 0.</summary>
    public const uint DataMemory = Base + 0x0040_0000;

    /// <summary>Distance in bytes between two data memory instances of one quadrant; also the size of one.</summary>
    public const uint InstanceStride = 0x8000;

    /// <summary>Words of 32 bits in one data memory instance.</summary>
    public const int InstanceWords = 8192;

    /// <summary>Data memory instances of one quadrant.</summary>
    public const int InstancesPerQuadrant = 4;

    /// <summary>Hardware layers (register sets).</summary>
    public const int Layers = 32;

    /// <summary>Standard FIFO control register (machine.md section 3.2).</summary>
    public const uint FifoControl = Base;

    /// <summary>Standard FIFO status: bit <c>f</c> is set while FIFO <c>f</c> is full.</summary>
    public const uint FifoStatus = Base + 0x4;

    /// <summary>Data register of FIFO 0; FIFO <c>f</c> is at <c>4*f</c>.</summary>
    public const uint FifoData = Base + 0x8;

    /// <summary>Always-on domain control (wait states, power-down of kernel memories).</summary>
    public const uint AlwaysOnControl = Base + 0x1000;

    /// <summary>Fast FIFO control.</summary>
    public const uint FastFifoControl = 0x400c_0400;

    /// <summary>Fast FIFO status, bit 1 is set while it is full.</summary>
    public const uint FastFifoStatus = 0x400c_0404;

    /// <summary>Fast FIFO interrupt enable.</summary>
    public const uint FastFifoInterruptEnable = 0x400c_0408;

    /// <summary>Fast FIFO data.</summary>
    public const uint FastFifoData = 0x400c_0410;
}

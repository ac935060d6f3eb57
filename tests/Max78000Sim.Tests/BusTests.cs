// SPDX-License-Identifier: MIT
using Ai8x.Device;

namespace Ai8x.Max78000Sim.Tests;

public sealed class BusTests
{
    [Theory]
    [InlineData(0x50000ff0u, 0u, SimulationFault.UnknownAddress)]
    [InlineData(0x50500994u, 0u, SimulationFault.UnknownAddress)]
    [InlineData(0x50108800u, 0u, SimulationFault.UnknownAddress)]
    [InlineData(0x50113000u, 0u, SimulationFault.UnknownAddress)]
    [InlineData(0x50183000u, 0u, SimulationFault.UnknownAddress)]
    [InlineData(0x50420000u, 0u, SimulationFault.UnknownAddress)]
    [InlineData(0x51100000u, 0u, SimulationFault.UnknownAddress)]
    [InlineData(0x60000000u, 0u, SimulationFault.UnknownAddress)]
    [InlineData(0x50400002u, 0u, SimulationFault.Unaligned)]
    [InlineData(0x50100010u, 0x00000400u, SimulationFault.ReservedBits)]
    [InlineData(0x50d00290u, 0x10u, SimulationFault.ReservedBits)]
    [InlineData(0x50100000u, 0x00000108u, SimulationFault.UnsupportedFeature)]
    [InlineData(0x50100000u, 0x40000008u, SimulationFault.UnsupportedFeature)]
    [InlineData(0x50000008u, 0u, SimulationFault.FifoOverflow)]
    [InlineData(0x400c0410u, 0u, SimulationFault.FifoOverflow)]
    [InlineData(0x50000004u, 0u, SimulationFault.BadValue)]
    [InlineData(0x50000000u, 0x00010000u, SimulationFault.ReservedBits)]
    [InlineData(0x400c0400u, 0x00001000u, SimulationFault.ReservedBits)]
    [InlineData(0x50100008u, 0x100u, SimulationFault.UnsupportedFeature)]
    [InlineData(0x50101000u, 0u, SimulationFault.BadValue)]
    [InlineData(0x50108000u, 0x100u, SimulationFault.BadValue)]
    [InlineData(0x50110000u, 0x10000u, SimulationFault.BadValue)]
    [InlineData(0x50001000u, 0x10u, SimulationFault.ReservedBits)]
    public void Write_OfNonsense_IsANamedFault(uint address, uint value, SimulationFault fault)
    {
        SimulationException exception = Assert.Throws<SimulationException>(() => new Accelerator().Write(new BusWrite(address, value)));
        Assert.Equal(fault, exception.Fault);
        Assert.Equal(address, exception.Address);
        Assert.Contains($"0x{address:x8}", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x50400000u, 1u, SimulationFault.AccessWidth)]
    [InlineData(0x50100001u, 1u, SimulationFault.AccessWidth)]
    [InlineData(0x50180001u, 2u, SimulationFault.BadValue)]
    [InlineData(0x50180002u, 1u, SimulationFault.BadValue)]
    public void ByteStore_OutsideTheKernelLoader_IsAFault(uint address, uint value, SimulationFault fault)
    {
        var accelerator = new Accelerator();
        accelerator.Write(new BusWrite(0x50100000, 0x00100008));
        Assert.Equal(fault, Assert.Throws<SimulationException>(() => accelerator.Write(new BusWrite(address, value, BusWidth.Byte))).Fault);
    }

    [Theory]
    [InlineData(0x50000ff0u, 0u, SimulationFault.UnknownAddress, null)]
    [InlineData(0x50400002u, 7u, SimulationFault.Unaligned, null)]
    [InlineData(0x50100010u, 0x00000405u, SimulationFault.ReservedBits, 5u)]
    [InlineData(0x50000008u, 3u, SimulationFault.FifoOverflow, null)]
    [InlineData(0x50101000u, 0u, SimulationFault.BadValue, null)]
    public void Nonsense_IsAWarningInALenientRun(uint address, uint value, SimulationFault fault, uint? kept)
    {
        var accelerator = new Accelerator(new AcceleratorOptions { Strict = false });
        accelerator.Write(new BusWrite(address, value));
        SimulationWarning warning = Assert.Single(accelerator.Warnings);
        Assert.Equal((fault, address, value), (warning.Fault, warning.Address, warning.Value));
        if (kept is not null)
            Assert.Equal(kept, accelerator.Read32(address));
    }

    [Fact]
    public void Warnings_AreKeptUpToAHundredAndAllCounted()
    {
        var accelerator = new Accelerator(new AcceleratorOptions { Strict = false });
        for (int i = 0; i < 250; i++)
            Assert.Equal(0u, accelerator.Read32(0x50400000 + 4 * (uint)i));
        Assert.Equal(100, accelerator.Warnings.Length);
        Assert.Equal(250, accelerator.WarningCount);
        Assert.Equal(0x50400000u, accelerator.Warnings[0].Address);
    }

    [Fact]
    public void ByteStoreToData_InALenientRun_HasNoEffect()
    {
        var accelerator = new Accelerator(new AcceleratorOptions { Strict = false });
        accelerator.Write(new BusWrite(0x50400001, 5, BusWidth.Byte));
        Assert.Equal(SimulationFault.AccessWidth, Assert.Single(accelerator.Warnings).Fault);
        Assert.False(accelerator.IsWritten(0x50400000));
    }

    [Fact]
    public void PackedStream_WithoutStartAddress_IsAFault()
    {
        var accelerator = new Accelerator();
        accelerator.Write(new BusWrite(0x50100000, 0x00100008));
        Assert.Equal(SimulationFault.KernelOutsideMemory, Assert.Throws<SimulationException>(() => accelerator.Write(new BusWrite(0x50180000, 1))).Fault);
    }

    [Fact]
    public void PackedStream_PastTheEnd_IsAFault()
    {
        var accelerator = new Accelerator();
        accelerator.Write(new BusWrite(0x50100000, 0x00100008));
        accelerator.Write(new BusWrite(0x50180000 + 4 * 767 | 1, 1, BusWidth.Byte));
        for (int i = 0; i < 4; i++)
            accelerator.Write(new BusWrite(0x50180000, 0));
        Assert.Equal(SimulationFault.KernelOutsideMemory, Assert.Throws<SimulationException>(() => accelerator.Write(new BusWrite(0x50180000, 0))).Fault);
    }

    [Fact]
    public void Registers_ReadBackWhatWasWritten()
    {
        var accelerator = new Accelerator();
        accelerator.Write(new BusWrite(0x50900310, 0x1ffff));
        Assert.Equal(0x1ffffu, accelerator.Read32(0x50900310));
        Assert.Equal(0u, accelerator.Read32(0x50900314));
        accelerator.Write(new BusWrite(0x51018000, 0x12345678));
        Assert.Equal(0x12345678u, accelerator.Read32(0x51018000));
    }

    [Fact]
    public void NeverWrittenDataWord_IsAFaultUnlessLenient()
    {
        Assert.Equal(SimulationFault.DataNeverWritten, Assert.Throws<SimulationException>(() => new Accelerator().Read32(0x50400000)).Fault);
        Assert.Equal(0u, new Accelerator(new AcceleratorOptions { Strict = false }).Read32(0x50400000));
    }

    [Fact]
    public void MemoryTest_ClearsItsQuadrantAndReportsDone()
    {
        var accelerator = new Accelerator();
        accelerator.Write(new BusWrite(0x5090000c, 1));
        Assert.Equal(0x08040000u, accelerator.Read32(0x5090000c) & 0x08040000);
        Assert.Equal(0u, accelerator.Read32(0x50c00000));
        Assert.True(accelerator.IsWritten(0x50c1fffc));
        Assert.False(accelerator.IsWritten(0x50400000));
    }

    [Fact]
    public void Start_WithoutConfiguration_IsAFault()
    {
        var accelerator = new Accelerator();
        SimulationException exception = Assert.Throws<SimulationException>(() => accelerator.Write(new BusWrite(0x50100000, 0x00100009)));
        Assert.Equal(SimulationFault.InconsistentRegisters, exception.Fault);
        Assert.Equal(0, exception.Layer);
        Assert.Equal("LCTL", exception.Register);
    }
}

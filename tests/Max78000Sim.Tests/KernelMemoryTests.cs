// SPDX-License-Identifier: MIT
using Ai8x.Device;
using Ai8x.Max78000Sim.Memories;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>The worked examples of machine.md sections 14.5 to 14.9.</summary>
public sealed class KernelMemoryTests
{
    [Fact]
    public void PackedStream_OfFiveTaps_FillsTheGridFromTheLastTap()
    {
        var memory = new KernelMemory();
        Load(memory, 0, 0, 0x12131415, 0x01020304, 0x05000000, 0x21222324, 0x25110000);
        Assert.Equal([5, 4, 3, 2, 1, 21, 20, 19, 18, 17, 37, 36, 35, 34, 33], memory.Grid(0)[..15].ToArray().Select(b => (int)b));
        Assert.True(memory.IsLoaded(0, 1));
        Assert.False(memory.IsLoaded(0, 2));
        Assert.False(memory.IsLoaded(1, 0));
    }

    [Fact]
    public void PackedStream_OfFourBitKernels_HoldsTwoInAByte()
    {
        var memory = new KernelMemory();
        Load(memory, 5, 0, 0x8f90a1b2, 0xc3d4e5f6, 0x070c0d0e, 0x0f000102, 0x03040000);
        int[] first = [.. Enumerable.Range(0, 9).Select(t => Engine.Arithmetic.Weight(memory.Grid(5)[8 - t], 0, 4))];
        int[] second = [.. Enumerable.Range(0, 9).Select(t => Engine.Arithmetic.Weight(memory.Grid(5)[8 - t], 4, 4))];
        int[] third = [.. Enumerable.Range(0, 9).Select(t => Engine.Arithmetic.Weight(memory.Grid(5)[9 + 8 - t], 0, 4))];
        Assert.Equal([-1, 0, 1, 2, 3, 4, 5, 6, 7], first);
        Assert.Equal([-8, -7, -6, -5, -4, -3, -2, -1, 0], second);
        Assert.Equal([-4, -3, -2, -1, 0, 1, 2, 3, 4], third);
    }

    [Fact]
    public void PackedStream_OfTwoPasses_KeepsOutputMajorOrder()
    {
        var memory = new KernelMemory();
        Load(memory, 0, 0, 0x00000000, 0x00644024, 0x00000000);
        Assert.Equal([0x00, 0x24, 0x40, 0x64], memory.Grid(0)[..4].ToArray());
    }

    [Fact]
    public void PackedStream_FromWordFour_StartsAtPositionThirtySix()
    {
        var memory = new KernelMemory();
        Load(memory, 0, 4, 0x20131211, 0x10030201, 0x00000000, 0x00000023, 0x22210000);
        Assert.Equal([0, 1, 2, 3, 16, 17, 18, 19, 32, 33, 34, 35], memory.Grid(0)[36..48].ToArray().Select(b => (int)b));
    }

    [Fact]
    public void PlainWindow_ReadsBackWhatThePackedStreamStored()
    {
        var accelerator = new Accelerator();
        accelerator.Write(new BusWrite(0x50100000, 0x00100008));
        accelerator.Write(new BusWrite(0x50184001 + 4 * 7, 1, BusWidth.Byte));
        foreach (uint word in (uint[])[0x01020304, 0x05060708, 0x09000000])
            accelerator.Write(new BusWrite(0x50184000, word));
        Assert.Equal([0x01u, 0x02030405u, 0x06070809u, 0u], Enumerable.Range(0, 4).Select(i => accelerator.Read32(0x50184000 + 16 * 7 + 4 * (uint)i)));
    }

    [Fact]
    public void PlainWindow_CommitsWithTheFourthWord()
    {
        var accelerator = new Accelerator();
        accelerator.Write(new BusWrite(0x50100000, 0x00000008));
        uint[] words = [0x01, 0x02030405, 0x06070809];
        for (uint i = 0; i < 3; i++)
            accelerator.Write(new BusWrite(0x50580020 + 4 * i, words[i]));
        Assert.Equal(0u, accelerator.Read32(0x50580024));
        accelerator.Write(new BusWrite(0x5058002c, 0));
        Assert.Equal(0x02030405u, accelerator.Read32(0x50580024));
    }

    [Theory]
    [InlineData(767u, 3, false)]
    [InlineData(767u, 4, false)]
    [InlineData(767u, 5, true)]
    [InlineData(767u, 13, true)]
    [InlineData(768u, 3, true)]
    public void StreamPastTheEnd_IsAFault_AndInALenientRunAWarningWithoutEffect(uint first, int stores, bool refused)
    {
        // A word takes nine bytes: the third store completes it, the fifth one would complete a second word.
        var strict = new Accelerator();
        strict.Write(new BusWrite(0x50100000, 0x00100008));
        uint start = 0x50180000 + 4 * first;
        SimulationException? fault = Record.Exception(() => Stream(strict, start, stores)) as SimulationException;
        Assert.Equal(refused, fault is { Fault: SimulationFault.KernelOutsideMemory, Address: not null });

        var lenient = new Accelerator(new AcceleratorOptions { Strict = false });
        lenient.Write(new BusWrite(0x50100000, 0x00100008));
        lenient.Write(new BusWrite(0x50184001, 1, BusWidth.Byte));
        Stream(lenient, start, stores);
        Assert.Equal(refused, lenient.WarningCount > 0);
        Assert.All(lenient.Warnings, w => Assert.Contains("kernel", w.Message, StringComparison.Ordinal));

        // What fitted is there; the processors beside it are untouched.
        uint[] last = [.. Enumerable.Range(1, 2).Select(i => lenient.Read32(0x50180000 + 16 * 767 + 4 * (uint)i))];
        Assert.Equal(first == 768 ? [0u, 0u] : [0x01020303u, 0x04050604u], last);
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(0u, lenient.Read32(0x50184000 + 4 * (uint)i)));
    }

    private static void Stream(Accelerator accelerator, uint start, int stores)
    {
        accelerator.Write(new BusWrite(start | 1, 1, BusWidth.Byte));
        for (uint i = 0; i < stores; i++)
            accelerator.Write(new BusWrite(start + 4 * i, 0x00010203 + i * 0x01010101 + (i > 0 ? 0x02020202u : 0)));
    }

    private static void Load(KernelMemory memory, int processor, int word, params uint[] words)
    {
        memory.SetAddress(processor, word);
        foreach (uint value in words)
            Assert.True(memory.StorePacked(processor, value));
    }
}

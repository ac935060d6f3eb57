// SPDX-License-Identifier: MIT
using Ai8x.Device;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>Input through FIFOs, streaming, the gathering read port, stopping, polling and power, each as a change of a known program.</summary>
public sealed class ModeTests
{
    private const uint Control = 0x50100000, FifoControl = 0x50000000, FastFifoControl = 0x400c0400, StreamStart = 0x50100810, Frame = 0x50100990;
    private const uint Fifo = 0x50000008, FastFifo = 0x400c0410;

    /// <summary>Values before the second layer of the streaming program may start: two rows of eight and three pixels.</summary>
    private const uint FirstWindow = 19;

    private static readonly LoadedProject Plain = VectorPrograms.Load("rounding-ties");

    [Theory]
    [InlineData(Fifo, 0x8000u)]
    [InlineData(FastFifo, 0x00c08000u)]
    [InlineData(FastFifo, 0x00408000u)]
    public void InputThroughAFifo_GivesWhatInputInMemoryGives(uint fifo, uint control)
    {
        LoadedProject fed = Fed(Plain, fifo, control);
        uint[] expected = [.. Plain.KnownAnswer.SelectMany(r => r.Words)];
        Assert.Equal(expected, VectorPrograms.PlainAnswer(fed));
        foreach (int depth in (int[])[1, 2, 8, 1000])
            Assert.Equal(expected, VectorPrograms.Answer(fed, new AcceleratorOptions { FifoDepth = depth }));
    }

    [Fact]
    public void FurtherFrames_WaitForRoomInTheFifo()
    {
        LoadedProject fed = Fed(Plain, Fifo, 0x8000);
        var session = new SimulationSession(fed);
        session.RunSample();
        BusWrite[] frame = [.. fed.SampleInput];
        for (int i = 0; i < 3; i++)
        {
            session.Run(frame);
            Assert.Equal(Plain.KnownAnswer[0].Words[7], session.Accelerator.ReadResult(Plain.KnownAnswer[0].Address + 28));
        }

        Assert.Equal(1, session.Accelerator.Compilations);
    }

    [Fact]
    public void WordForAFullFifo_IsAFaultWithAddressAndValue()
    {
        LoadedProject unpolled = VectorPrograms.With(Fed(Plain, Fifo, 0x8000), "load_input", o => [.. o.Where(w => w.Kind == BusOperationKind.Write)]);

        // Without streaming the words are taken at once, so the accelerator must stand still to be too slow.
        LoadedProject stopped = VectorPrograms.With(unpolled, "cnn_start", o => [.. o, new BusOperation(BusOperationKind.KeepBits, Control, ~1u)]);
        SimulationException fault = Assert.Throws<SimulationException>(() => VectorPrograms.Answer(stopped));
        Assert.Equal((SimulationFault.FifoOverflow, Fifo), (fault.Fault, fault.Address));
        Assert.Equal(unpolled.SampleInput.ElementAt(8).Value, fault.Value);
    }

    [Fact]
    public void FullFifo_ShowsInItsStatusBit()
    {
        var accelerator = new Accelerator(new AcceleratorOptions { FifoDepth = 3 });
        accelerator.Write(new BusWrite(FifoControl, 0x0000f908));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(0u, accelerator.Read32(0x50000004));
            accelerator.Write(new BusWrite(Fifo + 8, 1));
        }

        Assert.Equal(4u, accelerator.Read32(0x50000004));
        Assert.Equal(0u, accelerator.Read32(0x400c0404));
    }

    [Fact]
    public void FrameThatEndsTooSoon_IsAFaultThatCounts()
    {
        LoadedProject cut = VectorPrograms.With(Fed(Plain, Fifo, 0x8000), "load_input", o => o[..^2]);
        SimulationException fault = Assert.Throws<SimulationException>(() => VectorPrograms.Answer(cut));
        Assert.Equal(SimulationFault.NoInference, fault.Fault);
        Assert.Contains("255 of 256", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ProcessorThatNoFifoFeeds_IsAFault()
    {
        LoadedProject fed = Change(Fed(Plain, Fifo, 0x8000), 0x50100710, 0x00100010);
        SimulationException fault = Assert.Throws<SimulationException>(() => VectorPrograms.Answer(fed));
        Assert.Equal((SimulationFault.InconsistentRegisters, 0), (fault.Fault, fault.Layer));
    }

    [Theory]
    [InlineData(30u)]
    [InlineData(13u)]
    [InlineData(1u)]
    public void StreamingLayer_ReadsItsCircularBuffer(uint words)
    {
        LoadedProject plain = VectorPrograms.Load("in-channels-subset");
        uint[] expected = [.. plain.KnownAnswer.SelectMany(r => r.Words)];
        LoadedProject streaming = Streaming(plain, words);
        Assert.Equal(expected, VectorPrograms.PlainAnswer(streaming));
        SimulationResult result = Simulation.Run(streaming, new AcceleratorOptions { TakeSnapshots = true }, TestContext.Current.CancellationToken);
        Assert.True(result.Passed);
        Assert.All(result.Snapshots[0].Words.Where(w => w.Address >= 0x50410000), w => Assert.InRange(w.Address, 0x50412000u, 0x50412000u + 4 * words - 4));
    }

    [Fact]
    public void WhatIsLeftInACircularBuffer_IsNoResult()
    {
        var session = new SimulationSession(Streaming(VectorPrograms.Load("in-channels-subset"), 13));
        session.RunSample();
        Assert.True(session.Accelerator.IsWritten(0x50412000));
    }

    [Fact]
    public void OutputIntoARunningCircularBuffer_IsAFaultWithLayerCycleAndAddress()
    {
        LoadedProject streaming = Change(Streaming(VectorPrograms.Load("in-channels-subset"), 40), 0x50100314, 0x2804);
        streaming = Change(streaming, 0x50100414, 0x2000);
        SimulationException fault = Assert.Throws<SimulationException>(() => VectorPrograms.Answer(streaming));
        Assert.Equal((SimulationFault.DataOverwritten, 1), (fault.Fault, fault.Layer));
        Assert.NotNull(fault.Cycle);
        Assert.InRange(fault.Address!.Value, 0x50412000u, 0x5041209cu);
    }

    [Theory]
    [InlineData(FirstWindow - 1, 0x00010010u, "STRM0", "strm_isval")]
    [InlineData(FirstWindow, 0x00010000u, "STRM1", "strm_dsval1")]
    [InlineData(FirstWindow, 0x00000010u, "STRM1", "strm_dsval2")]
    public void StreamThatReadsBeforeItsInputIsWritten_IsAFault(uint start, uint deltas, string register, string field)
    {
        LoadedProject streaming = Change(Streaming(VectorPrograms.Load("in-channels-subset"), 30, start), 0x50100894, deltas);
        SimulationException fault = Assert.Throws<SimulationException>(() => VectorPrograms.Answer(streaming));
        Assert.Equal((SimulationFault.DataNeverWritten, 1, register, field), (fault.Fault, fault.Layer, fault.Register, fault.Field));
    }

    [Fact]
    public void StreamThatOverwritesWhatWasNotRead_IsAFault()
    {
        // Two values later the first layer has written three pixels, of which the second one has read none.
        LoadedProject program = VectorPrograms.Load("in-channels-subset");
        SimulationException fault = Assert.Throws<SimulationException>(() => VectorPrograms.Answer(Streaming(program, 2, FirstWindow + 2)));
        Assert.Equal((SimulationFault.DataOverwritten, 1, "FBUF"), (fault.Fault, fault.Layer, fault.Register));
        Assert.NotNull(fault.Cycle);
        Assert.Equal([.. program.KnownAnswer.SelectMany(r => r.Words)], VectorPrograms.Answer(Streaming(program, 3, FirstWindow + 2)));
    }

    [Fact]
    public void StreamingLayers_AreInterleaved_AndTheirPortsFollowTheRing()
    {
        const int Ring = 3;
        LoadedProject program = VectorPrograms.Load("in-channels-subset");
        var session = new SimulationSession(Streaming(program, Ring));
        InferenceReport report = session.RunSample();
        Assert.Equal(2, report.Timeline.StreamingLayers);
        Assert.True(report.Timeline.Slices.Count(slice => slice.Layer == 1) > 10, "the second layer goes on in pieces");
        Assert.Equal(report.Cycles, 1 + report.Layers.Sum(layer => layer.Cycles));
        Assert.Equal((15 * report.Layers[1].Cycles + 9) / 10, report.Layers[1].ReferenceEstimate);

        // Pixel n lies in word n mod 3 of the ring, from word 0x800 of instance 2 on.
        int read = 0, written = 0;
        foreach (Tracing.CycleActivity activity in report.Window(0, report.Cycles))
        {
            foreach (Tracing.DataPortAccess access in activity.Ports.Where(p => p.Instance == 2))
            {
                int pixel = access.IsWrite ? written++ : read++;
                Assert.Equal((access.IsWrite ? 0 : 1, 0x50412000u + 4 * (uint)(pixel % Ring)), (activity.Layer, access.Address));
                Assert.InRange(written - read, 0, Ring);
            }
        }

        Assert.Equal((30, 30), (read, written));
    }

    [Fact]
    public void LayerFedByAFifo_ReadsNoDataMemory_AndStallsForItsWords()
    {
        LoadedProject fed = Fed(Plain, Fifo, 0x8000 | 1u << 14);
        InferenceReport report = new SimulationSession(fed).RunSample();
        Assert.Equal(1, report.Timeline.StreamingLayers);
        Assert.True(report.Counts.Stall > 0, "the processor's loop is slower than the layer");
        Assert.Equal(report.Cycles, 1 + report.Counts.Stall + report.Layers.Sum(layer => layer.Cycles));
        Assert.DoesNotContain(report.Window(0, report.Layers[0].Cycles), activity => activity.Ports.Any(p => !p.IsWrite));
        Assert.Contains(report.Window(0, report.Cycles), activity => activity.Moment.State == Timing.SequencerState.Stall && activity.Layer == -1);
    }

    [Fact]
    public void CircularBufferSmallerThanAWindow_IsAFault() =>
        Assert.Equal(SimulationFault.InconsistentRegisters, Assert.Throws<SimulationException>(() => VectorPrograms.Answer(
            Change(Change(Streaming(VectorPrograms.Load("in-channels-subset"), 5), 0x50100194, 1), 0x50100594, 0x9a0))).Fault);

    [Fact]
    public void StreamRegistersWithoutStreaming_AreAFault() =>
        Assert.Equal(SimulationFault.InconsistentRegisters, Assert.Throws<SimulationException>(() => VectorPrograms.Answer(
            Change(VectorPrograms.Load("in-channels-subset"), 0x50100914, 13))).Fault);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(2, 3)]
    public void GatheringPort_DeliversALaneOfFourWords_AfterOneReadThatPrimesIt(int lane, uint step)
    {
        var session = new SimulationSession(Plain);
        session.RunSample();
        Accelerator accelerator = session.Accelerator;
        accelerator.Write(new BusWrite(0x50100310, 0x802));
        accelerator.Write(new BusWrite(0x50100a10, step - 1 << 4));
        accelerator.Write(new BusWrite(Control, 0x10008 | (uint)lane << 17));
        accelerator.Read32(0x50101000);
        for (uint word = 2; word < 200; word += 4 * step)
        {
            uint expected = 0;
            for (uint i = 0; i < 4; i++)
                expected |= (accelerator.Read32(0x50402000 + 4 * (word + i * step)) >> (8 * lane) & 0xff) << (int)(8 * i);
            Assert.Equal(expected, accelerator.Read32(0x50101000));
        }

        accelerator.Write(new BusWrite(Control, 8));
    }

    [Fact]
    public void GatheringPort_WithoutAnAddress_IsAFault() =>
        Assert.Equal(SimulationFault.BadValue, Assert.Throws<SimulationException>(() => new Accelerator().Read32(0x50101000)).Fault);

    [Fact]
    public void StoppedInference_StandsStillUntilItIsContinued()
    {
        Accelerator accelerator = Started(Plain);
        accelerator.Write(new BusWrite(Control, accelerator.Read32(Control) & ~1u));
        Assert.False(accelerator.WaitForCompletion());
        for (int i = 0; i < 10_000; i++)
            Assert.Equal(0u, accelerator.Read32(Control) & 0x1000);
        accelerator.Write(new BusWrite(Control, accelerator.Read32(Control) | 1));
        Assert.True(accelerator.IsRunning);
        Assert.True(accelerator.WaitForCompletion());
        Assert.Equal(1, accelerator.Inferences);
        Assert.Equal(Plain.KnownAnswer[0].Words[5], accelerator.ReadResult(0x50402014));
    }

    [Fact]
    public void PolledCompletionFlag_ComesAfterTheCyclesOfTheProgram()
    {
        Accelerator accelerator = Started(Plain);
        int polls = 0;
        while ((accelerator.Read32(Control) & 0x1000) == 0)
            polls++;

        // A load takes 230 ns, 11.5 cycles of 50 MHz, counted as 12.
        Assert.Equal(accelerator.LastInference!.Cycles / 12, polls);
    }

    [Fact]
    public void MemoryInUse_IsNotTouched()
    {
        Accelerator accelerator = Started(Plain);
        foreach (Action access in (Action[])
        [
            () => accelerator.Read32(0x50402000), () => accelerator.Write(new BusWrite(0x50400000, 1)), () => accelerator.Write(new BusWrite(0x50100310, 1)),
            () => accelerator.Write(new BusWrite(0x50180000, 1)), () => accelerator.Write(new BusWrite(0x50108000, 1)),
        ])
        {
            Assert.Equal(SimulationFault.AccessWhileRunning, Assert.Throws<SimulationException>(access).Fault);
        }
    }

    [Fact]
    public void KernelMemoryThatIsPoweredDown_IsAFaultOnlyForItsQuadrant()
    {
        LoadedProject Down(uint quadrants) => VectorPrograms.With(Plain, "cnn_start", o => [o[0], new BusOperation(BusOperationKind.Write, 0x50001000, quadrants << 12), o[1]]);
        Assert.True(Simulation.Run(Down(0xe), cancellation: TestContext.Current.CancellationToken).Passed);
        SimulationException fault = Assert.Throws<SimulationException>(() => VectorPrograms.Answer(Down(0x1)));
        Assert.Equal((SimulationFault.InconsistentRegisters, "kernel_pd"), (fault.Fault, fault.Field));
    }

    [Fact]
    public void OutputOverLiveInput_IsAFaultWithLayerCycleAndAddress()
    {
        // One word behind the input: the second output word would overwrite the third pixel before it is fetched.
        SimulationException fault = Assert.Throws<SimulationException>(() => VectorPrograms.Answer(Moved(Plain, 2)));
        Assert.Equal((SimulationFault.DataOverwritten, 0), (fault.Fault, fault.Layer));
        Assert.Equal(0x50400008u, fault.Address);

        // The start-up cycle and two pixels of a read, a cache write and four output states come first.
        Assert.Equal(1 + 2 * 6, fault.Cycle);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(300u)]
    public void OutputOverFetchedInput_IsNone(uint first)
    {
        LoadedProject moved = Moved(Plain, first);
        Assert.True(Simulation.Run(moved, cancellation: TestContext.Current.CancellationToken).Passed);
    }

    [Fact]
    public void RowCacheTooSmallForARow_IsAFault()
    {
        LoadedProject program = VectorPrograms.Load("in-channels-subset");
        Assert.Equal(SimulationFault.CacheOverflow, Assert.Throws<SimulationException>(() => VectorPrograms.Answer(Change(program, 0x50100690, 4))).Fault);
        Assert.Equal(SimulationFault.CacheOverflow, Assert.Throws<SimulationException>(() => VectorPrograms.Answer(Change(program, 0x50100690, 0x0bfb0c00))).Fault);
        Assert.True(Simulation.Run(Change(program, 0x50100690, 0x0bfa0bff), cancellation: TestContext.Current.CancellationToken).Passed);
    }

    [Fact]
    public void KernelsBehindTheLoadedOnes_AreAFaultWhereTheAnswerAsksForThem()
    {
        // Twelve output slots instead of four; the kernel of the tenth is the first byte of a word that was not loaded.
        LoadedProject more = Change(Change(Plain, 0x50100610, 0x00000058), 0x50100a10, 0x00005800);
        LoadedProject asking = more with { KnownAnswer = [new KnownAnswerRecord(0x50412000, 0xff00, [0])] };
        SimulationException fault = Assert.Throws<SimulationException>(() => VectorPrograms.Answer(asking));
        Assert.Equal((SimulationFault.KernelNotLoaded, 0, 0x50180010u), (fault.Fault, fault.Layer, fault.Address));
        Assert.Equal([.. Plain.KnownAnswer.SelectMany(r => r.Words)], VectorPrograms.Answer(more));
    }

    private static Accelerator Started(LoadedProject project)
    {
        var accelerator = new Accelerator();
        foreach (BusWrite write in VectorPrograms.Writes(project))
            accelerator.Write(write);
        Assert.True(accelerator.IsRunning);
        return accelerator;
    }

    /// <summary>The output at another word of instance 0, with the known answer moved along.</summary>
    private static LoadedProject Moved(LoadedProject project, uint word) => Change(project, 0x50100310, word) with
    {
        KnownAnswer = [.. project.KnownAnswer.Select(r => r with { Address = r.Address - 0x2000 + 4 * word })],
        Unload = null,
    };

    private static LoadedProject Change(LoadedProject project, uint address, uint value) => VectorPrograms.With(project, "cnn_configure", operations =>
        [.. operations.Where(o => o.Address != address), new BusOperation(BusOperationKind.Write, address, value)]);

    /// <summary>The program with its one block of input through a FIFO.</summary>
    private static LoadedProject Fed(LoadedProject project, uint fifo, uint control)
    {
        uint words = (uint)project.SampleInput.Count();
        (uint status, uint full) = fifo == FastFifo ? (0x400c0404u, 2u) : (0x50000004u, 1u);
        LoadedProject fed = Change(Change(Change(project, Frame, words), StreamStart, words), fifo == FastFifo ? FastFifoControl : FifoControl, fifo == FastFifo ? 0xa0u : 0x1908u);
        fed = VectorPrograms.With(fed, "cnn_start", o => [.. o.Select(w => w with { Value = w.Value | control })]);
        return VectorPrograms.With(fed, "load_input", o =>
        [
            .. o.SelectMany(w => (BusOperation[])[new BusOperation(BusOperationKind.Wait, status, 0, full), w with { Address = fifo }]),
        ]);
    }

    /// <summary>The program of two layers with a circular buffer between them.</summary>
    private static LoadedProject Streaming(LoadedProject project, uint words, uint start = FirstWindow) => VectorPrograms.With(
        Change(Change(Change(project, 0x50100914, words), 0x50100814, start), 0x50100894, 0x00010010), "cnn_start", o => [.. o.Select(w => w with { Value = w.Value | 1u << 14 | 1u << 19 })]);
}

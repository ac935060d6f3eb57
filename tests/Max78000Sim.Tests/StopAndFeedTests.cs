// SPDX-License-Identifier: MIT
using Ai8x.Device;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>How an inference that is stopped, or waits for its input, goes on in time.</summary>
public sealed class StopAndFeedTests
{
    private const uint Control = 0x50100000, Fifo = 0x50000008;

    /// <summary>Cycles that one load of the bus takes.</summary>
    private const int ReadCycles = 12;

    private static readonly LoadedProject Plain = VectorPrograms.Load("rounding-ties");

    [Fact]
    public void StoppedInference_NeedsAllOfItsCycles()
    {
        Accelerator accelerator = Started(Plain);
        int polls = Polls(accelerator, 5);
        accelerator.Write(new BusWrite(Control, accelerator.Read32(Control) & ~1u));
        for (int i = 0; i < 10_000; i++)
            accelerator.Read32(Control);
        accelerator.Write(new BusWrite(Control, accelerator.Read32(Control) | 1));
        polls += Polls(accelerator, int.MaxValue);

        // The load that is part of stopping takes its time too.
        Assert.InRange(accelerator.LastInference!.Cycles - polls * ReadCycles, 0, 4 * ReadCycles);
    }

    [Fact]
    public void LastWordThatComesLate_IsFollowedByTheWholeInference()
    {
        LoadedProject fed = Fed();
        Accelerator accelerator = Started(fed);
        BusWrite[] frame = [.. fed.SampleInput];
        foreach (BusWrite write in frame[..^1])
            accelerator.Write(write);
        Assert.Equal(10_000, Polls(accelerator, 10_000));
        accelerator.Write(frame[^1]);
        int polls = Polls(accelerator, int.MaxValue);
        Assert.InRange(accelerator.LastInference!.Cycles - polls * ReadCycles, -ReadCycles, 4 * ReadCycles);
    }

    [Fact]
    public void FrameForAStoppedAccelerator_FillsTheFifo()
    {
        LoadedProject stopped = VectorPrograms.With(Fed(), "cnn_start", o => [.. o, new BusOperation(BusOperationKind.KeepBits, Control, ~1u)]);
        var session = new SimulationSession(stopped, new AcceleratorOptions { FifoDepth = 5 });
        SimulationException fault = Assert.Throws<SimulationException>(() => session.Run([.. stopped.SampleInput]));
        Assert.Equal((SimulationFault.FifoOverflow, Fifo, stopped.SampleInput.ElementAt(5).Value), (fault.Fault, fault.Address, fault.Value));
    }

    /// <summary>Loads of the control register, at most so many, before the completion flag is set.</summary>
    private static int Polls(Accelerator accelerator, int most)
    {
        int polls = 0;
        while (polls < most && (accelerator.Read32(Control) & 0x1000) == 0)
            polls++;
        return polls;
    }

    private static Accelerator Started(LoadedProject project)
    {
        var accelerator = new Accelerator();
        foreach (BusOperation operation in project.Functions.Where(f => f.Name != "load_input" || project == Plain).SelectMany(f => f.Operations))
            accelerator.Write(new BusWrite(operation.Address, operation.Value, operation.Width));
        Assert.True(accelerator.IsRunning);
        return accelerator;
    }

    /// <summary>The program with its input through the first FIFO.</summary>
    private static LoadedProject Fed()
    {
        uint words = (uint)Plain.SampleInput.Count();
        LoadedProject fed = VectorPrograms.With(Plain, "cnn_configure", o =>
        [
            .. o, new BusOperation(BusOperationKind.Write, 0x50100990, words), new BusOperation(BusOperationKind.Write, 0x50100810, words),
            new BusOperation(BusOperationKind.Write, 0x50000000, 0x1908),
        ]);
        fed = VectorPrograms.With(fed, "cnn_start", o => [.. o.Select(w => w with { Value = w.Value | 0x8000 })]);
        return VectorPrograms.With(fed, "load_input", o => [.. o.Select(w => w with { Address = Fifo })]);
    }
}

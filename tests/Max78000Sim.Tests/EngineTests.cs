// SPDX-License-Identifier: MIT
using Ai8x.Device;
using Ai8x.Max78000Sim.Engine;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Max78000Sim.Tests;

public sealed class EngineTests
{
    private readonly TinyNetwork _network = new(11);
    private readonly sbyte[] _image = TinyNetwork.Image(12);

    [Fact]
    public void TinyProgram_GivesWhatPlainLoopsGive()
    {
        SimulationResult result = Simulation.Run(
            new TinyProgram(_network, _image).Project(), new AcceleratorOptions { TakeSnapshots = true }, TestContext.Current.CancellationToken);
        Assert.True(result.Passed);
        Assert.Equal(0, result.MismatchCount);
        Assert.Equal(_network.Run(_image), System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(result.Unloaded).ToArray());
        LayerSnapshot first = result.Snapshots[0];
        Assert.Equal(_network.FirstLayer(_image), first.Values);
        Assert.Equal([4, 5, 6, 7, 8, 9], first.Slots.Select(s => s.Processor));
        Assert.Equal(2 * 9, first.Words.Length);
        Assert.Equal(_network.Run(_image), result.Snapshots[1].Values);
        Assert.Equal(["layer 0", "layer 1"], result.LayerNames);
    }

    [Fact]
    public void TinyProgram_TakesTheCyclesOfTheFormulas()
    {
        SimulationResult result = Simulation.Run(new TinyProgram(_network, _image).Project(), cancellation: TestContext.Current.CancellationToken);

        // 5x5 padded pixels: 9 of data take 5 cycles, 16 of padding take 2; 9 outputs of 6 slots, 16 idle states.
        Assert.Equal(9 * 5 + 16 * 2 + 9 * 6 + 16, result.Inference.Layers[0].Cycles);
        Assert.Equal(9 * (2 + 3), result.Inference.Layers[1].Cycles);
        Assert.Equal(147 + 45 + 1, result.Inference.Cycles);
        Assert.Equal(193 / 50.0, result.Inference.Microseconds(50));
        Assert.Equal(new Timing.CycleCounts(1, 0, 36 + 9, 16, 25 + 9, 54 + 27, 16, 0, 0), result.Inference.Counts);
    }

    [Theory]
    [InlineData("Scalar")]
    [InlineData("Vector128")]
    [InlineData("Avx2")]
    [InlineData("Avx512")]
    public void EveryWayToCompute_GivesTheSameIntegers(string name)
    {
        ConvolutionPath path = Enum.Parse<ConvolutionPath>(name);
        Assert.SkipWhen(path > Convolution.Best, "this processor does not have the instructions");
        for (int seed = 0; seed < 8; seed++)
        {
            var network = new TinyNetwork(seed);
            sbyte[] image = TinyNetwork.Image(100 + seed);
            var session = new SimulationSession(new TinyProgram(network, image).Project(), null, path);
            session.RunSample();
            var words = new uint[3];
            session.Read([0x50401000, 0x50401004, 0x50401008], words);
            Assert.Equal(network.Run(image), words.Select(w => (int)w));
        }
    }

    [Fact]
    public void FurtherImages_ReuseTheDerivedProgram()
    {
        var session = new SimulationSession(new TinyProgram(_network, _image).Project());
        session.RunSample();
        var buffer = new byte[12];
        for (int seed = 0; seed < 20; seed++)
        {
            sbyte[] image = TinyNetwork.Image(seed);
            session.Run(TinyProgram.InputWrites(image));
            session.Unload(buffer);
            Assert.Equal(_network.Run(image), System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(buffer).ToArray());
        }

        Assert.Equal(1, session.Accelerator.Compilations);
        Assert.Equal(21, session.Accelerator.Inferences);
    }

    [Fact]
    public void InputThatWasMissingAndComesLater_IsTakenIntoAccount()
    {
        var program = new TinyProgram(_network, _image);
        program.Input.RemoveAt(35);
        var session = new SimulationSession(program.Project());
        session.RunSample();
        Assert.Throws<SimulationException>(() => session.Unload(new byte[12]));
        session.Run(TinyProgram.InputWrites(_image));
        var buffer = new byte[12];
        session.Unload(buffer);
        Assert.Equal(_network.Run(_image), System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(buffer).ToArray());
        Assert.Equal(2, session.Accelerator.Compilations);
    }

    [Theory]
    [InlineData(0x50100790u, 0x25000u)]
    [InlineData(0x50108000u, 0x55u)]
    public void ChangedRegisterOrBias_DropsTheDerivedProgram(uint address, uint value)
    {
        var session = new SimulationSession(new TinyProgram(_network, _image).Project());
        session.RunSample();
        session.Accelerator.Write(new BusWrite(address, value));
        session.RunSample();
        Assert.Equal(2, session.Accelerator.Compilations);
        session.RunSample();
        Assert.Equal(2, session.Accelerator.Compilations);
    }

    [Fact]
    public void WrongKnownAnswer_IsListedAndNotAFault()
    {
        var program = new TinyProgram(_network, _image);
        program.Answer[4] ^= 1;
        SimulationResult result = Simulation.Run(program.Project(), cancellation: TestContext.Current.CancellationToken);
        Assert.False(result.Passed);
        KnownAnswerMismatch mismatch = Assert.Single(result.FirstMismatches);
        Assert.Equal(0x50401004u, mismatch.Address);
        Assert.Equal(mismatch.Expected ^ 1, mismatch.Actual);
    }

    [Fact]
    public void KnownAnswerAtAWordNobodyWrites_IsAMismatch()
    {
        var program = new TinyProgram(_network, _image);
        program.Answer[0] = 0x50402000;
        SimulationResult result = Simulation.Run(program.Project(), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(3, result.MismatchCount);
        Assert.All(result.FirstMismatches, m => Assert.Null(m.Actual));
    }

    [Fact]
    public void MissingInputWord_IsAFaultWithLayerAndAddress() =>
        Expect(SimulationFault.DataNeverWritten, 0, 0x5040008c, p => p.Input.RemoveAt(35));

    [Fact]
    public void MissingKernels_AreAFaultWithLayerAndAddress() =>
        Expect(SimulationFault.KernelNotLoaded, 0, 0x50180050, p =>
        {
            // The first record loses its last kernel: 45 bytes are 12 words.
            p.KernelRecords[1] = 12;
            p.KernelRecords.RemoveRange(14, 2);
        });

    [Fact]
    public void MissingBias_IsAFaultWithLayerAndAddress() =>
        Expect(SimulationFault.BiasNotLoaded, 1, 0x50108020, p => p.Bias.RemoveAt(8));

    [Fact]
    public void BiasOutsideItsMemory_IsAFault() =>
        Expect(SimulationFault.BiasOutsideMemory, 1, null, p => Change(p, 0x50100794, 0x1200));

    [Fact]
    public void ReadPointerBehindTheData_IsAFault() =>
        Expect(SimulationFault.DataOutsideMemory, 1, null, p => Change(p, 0x50100514, 8190));

    [Fact]
    public void WritePointerBehindTheMemory_IsAFault() =>
        Expect(SimulationFault.DataOutsideMemory, 1, null, p => Change(p, 0x50100314, 0x1fff));

    [Fact]
    public void TwoOutputsInOneWord_AreAFault() =>
        Expect(SimulationFault.DataWrittenTwice, 0, 0x5040a000, p => Change(p, 0x50100410, 0));

    [Fact]
    public void KernelCounterWithoutEnd_IsAFault() =>
        Expect(SimulationFault.InconsistentRegisters, 0, 0x50100610, p => Change(p, 0x50100610, 0x00300028));

    [Fact]
    public void KernelsBehindTheMemory_AreAFault() =>
        Expect(SimulationFault.KernelOutsideMemory, 0, null, p => Change(p, 0x50100610, 0x18001828));

    [Fact]
    public void PassThroughOfMissingData_IsAFaultOnlyWhereItIsLookedAt()
    {
        var accelerator = new Accelerator();
        foreach ((uint address, uint value) in ((uint, uint)[])
        [
            (0x50100008, 0), (0x50100010, 1), (0x50100090, 1), (0x50100310, 0x100), (0x50100390, 0x2000), (0x50100590, 0x920), (0x50100110, 0x100),
            (0x50100790, 0x03000000), (0x50100710, 0x0003), (0x50400000, 0x0201), (0x50400004, 0x0403), (0x50400008, 0x0605), (0x50100000, 0x8), (0x50100000, 0x9),
        ])
        {
            accelerator.Write(new BusWrite(address, value));
        }

        Assert.True(accelerator.WaitForCompletion());
        Assert.True(accelerator.InterruptPending);
        Assert.Equal(0x0605u, accelerator.ReadResult(0x50400408, 0xffff));
        SimulationException fault = Assert.Throws<SimulationException>(() => accelerator.ReadResult(0x5040040c, 0xff));
        Assert.Equal(SimulationFault.DataNeverWritten, fault.Fault);
        Assert.Equal(0x5040000cu, fault.Address);
    }

    [Fact]
    public void Interrupt_StaysUntilAcknowledged()
    {
        LoadedProject project = new TinyProgram(_network, _image).Project() with { Acknowledge = null };
        var session = new SimulationSession(project);
        session.RunSample();
        Assert.True(session.Accelerator.InterruptPending);
        session.Accelerator.Write(new BusWrite(0x50100000, session.Accelerator.Read32(0x50100000) & ~0x1001u));
        Assert.False(session.Accelerator.InterruptPending);
    }

    [Fact]
    public void CancelledRun_Stops()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Simulation.Run(new TinyProgram(_network, _image).Project(), cancellation: source.Token));
    }

    private static void Change(TinyProgram program, uint address, uint value)
    {
        int index = program.Configure.FindIndex(w => w.Address == address);
        program.Configure[index] = (address, value);
    }

    private void Expect(SimulationFault fault, int layer, uint? address, Action<TinyProgram> change)
    {
        var program = new TinyProgram(_network, _image);
        change(program);
        SimulationException exception = Assert.Throws<SimulationException>(
            () => Simulation.Run(program.Project(), cancellation: TestContext.Current.CancellationToken));
        Assert.Equal(fault, exception.Fault);
        Assert.Equal(layer, exception.Layer);
        if (address is not null)
            Assert.Equal(address, exception.Address);
    }
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>
/// The fast FIFO that feeds all quadrants at once (machine.md section 12.4): the first layer of the known program, its kernels and biases dealt to the quadrants in turn. The answer is that of the network's
/// plain loops.
/// </summary>
public sealed class QuadFanOutTests
{
    private const uint QuadrantStride = 0x400000, Control = 0x80408000, SlotCount = 8;
    private const uint FastFifo = 0x400c0410, FastFifoStatus = 0x400c0404, FastFifoControl = 0x400c0400;

    private static readonly uint[] Quadrants = [0, QuadrantStride, 2 * QuadrantStride, 3 * QuadrantStride];

    private readonly TinyNetwork _network = new(41);
    private readonly sbyte[] _image = TinyNetwork.Image(42);

    [Fact]
    public void SlotsDealtToTheQuadrants_GiveTheAnswerOfTheNetwork()
    {
        LoadedProject project = Project();
        SimulationResult result = Simulation.Run(project, new AcceleratorOptions { TakeSnapshots = true }, TestContext.Current.CancellationToken);
        Assert.Equal(_network.Run(_image), System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(result.Unloaded).ToArray());
        Assert.Equal(_network.FirstLayer(_image), result.Snapshots[0].Values[..(TinyNetwork.Hidden * 9)]);
        Assert.Equal([.. _network.Run(_image).Select(v => (uint)v)], VectorPrograms.PlainAnswer(project));
    }

    [Fact]
    public void AllQuadrantsComputeAtTheSameTime()
    {
        InferenceReport dealt = new SimulationSession(Project()).RunSample(), alone = new SimulationSession(new TinyProgram(_network, _image).Project()).RunSample();

        // Two output states a pixel, one for each slot of a quadrant, where one quadrant alone takes six.
        Assert.Equal(alone.Layers[0].Cycles - 9 * (TinyNetwork.Hidden - SlotCount / 4), dealt.Layers[0].Cycles);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void KernelMissingInOneQuadrant_BreaksItsSlotsAlone(int quadrant)
    {
        LoadedProject project = VectorPrograms.With(Project(), "cnn_load_weights", o => [.. Without(o, 0x50180000 + (uint)quadrant * QuadrantStride)]);
        var session = new SimulationSession(project);
        session.RunSample();
        for (int slot = 0; slot < TinyNetwork.Hidden; slot++)
        {
            uint address = 0x5040a000 + 0x8000 * (uint)(slot / 4);
            uint mask = 0xffu << (8 * (slot % 4));
            if (slot % 4 != quadrant)
                session.Accelerator.ReadResult(address, mask);
            else
                Assert.Equal(SimulationFault.KernelNotLoaded, Assert.Throws<SimulationException>(() => session.Accelerator.ReadResult(address, mask)).Fault);
        }
    }

    [Fact]
    public void LanesWithoutAChannel_AreFetchedWithTheirWord_ButAreNoResult()
    {
        LoadedProject project = Project() with { Unload = new UnloadMap([.. Enumerable.Range(0, 4).Select(i => 0x50412000 + (uint)i)]) };
        var session = new SimulationSession(project);
        session.RunSample();
        var word = new byte[4];
        session.Unload(word);
        int[] first = _network.FirstLayer(_image);
        Assert.Equal([first[4 * 9], first[5 * 9]], word[..2].Select(b => (int)(sbyte)b));
        session.Accelerator.ReadResult(0x50412000, 0x0000ffff);
        Assert.Equal(SimulationFault.KernelNotLoaded, Assert.Throws<SimulationException>(() => session.Accelerator.ReadResult(0x50412000, 0x00ff0000)).Fault);
    }

    [Theory]
    [InlineData(0x1u, "cnn_en")]
    [InlineData(0x8u, "clk_en")]
    public void QuadrantThatIsNotSwitchedOn_IsAFault(uint bit, string field)
    {
        LoadedProject project = VectorPrograms.With(Project(), "cnn_start", o => [.. o.Select(w => w.Address == 0x50900000 ? w with { Value = w.Value & ~bit } : w)]);
        SimulationException fault = Assert.Throws<SimulationException>(() => new SimulationSession(project).RunSample());
        Assert.Equal((SimulationFault.InconsistentRegisters, 0, field), (fault.Fault, fault.Layer, fault.Field));
    }

    [Fact]
    public void QuadrantsThatDiffer_AreAFault()
    {
        LoadedProject project = VectorPrograms.With(Project(), "cnn_configure", o => [.. o.Select(w => w.Address == 0x50900610 ? w with { Value = 0 } : w)]);
        Assert.Throws<SimulationException>(() => new SimulationSession(project).RunSample());
    }

    private LoadedProject Project()
    {
        LoadedProject one = new TinyProgram(_network, _image).Project();
        ImmutableArray<ProgramFunction> functions =
        [
            Function("cnn_init", Quadrants.SelectMany(q => (BusOperation[])
                [Write(0x50100000 + q, 0x00100008), Write(0x50100004 + q, 0x40e), Write(0x50100008 + q, 1)]).Append(Write(FastFifoControl, 0xa0))),
            Function("cnn_load_weights", Kernels(one)),
            Function("cnn_load_bias", Enumerable.Range(0, (int)SlotCount).Select(s => Write(0x50108000 + QuadrantStride * (uint)(s % 4) + 4 * (uint)(s / 4), s < TinyNetwork.Hidden ? (byte)_network.Bias[s] : 0u))
                .Concat(_network.DenseBias.Select((b, i) => Write(0x50108018 + 4 * (uint)i, (byte)b)))),
            Function("cnn_configure", Configure(one)),
            Function("cnn_start", Quadrants.Skip(1).Select(q => Write(0x50100000 + q, Control | 0x00100809)).Concat([Write(0x50100000, Control | 0x00100808), Write(0x50100000, Control | 0x00100009)])),
            Function("load_input", one.SampleInput.SelectMany(w => (BusOperation[])[new BusOperation(BusOperationKind.Wait, FastFifoStatus, 0, 2), Write(FastFifo, w.Value)])),
        ];
        return one with { Functions = functions };
    }

    /// <summary>The registers of the first layer in every quadrant; eight slots, two for each, of which the last two have no kernels.</summary>
    private static IEnumerable<BusOperation> Configure(LoadedProject one)
    {
        foreach (BusOperation operation in one.Functions.Single(f => f.Name == "cnn_configure").Operations)
        {
            if (operation.Address % 0x80 != 0x10)
            {
                yield return operation;
                continue;
            }

            uint value = operation.Address switch { 0x50100610 => (SlotCount / 4 - 1) * 8, 0x50100a10 => (SlotCount - 1) * 8 << 8, _ => operation.Value };
            foreach (uint quadrant in Quadrants)
                yield return Write(operation.Address + quadrant, value);
        }

        foreach (uint quadrant in Quadrants)
        {
            yield return Write(0x50100810 + quadrant, TinyNetwork.Size * TinyNetwork.Size);
            yield return Write(0x50100990 + quadrant, TinyNetwork.Size * TinyNetwork.Size);
        }
    }

    /// <summary>Kernel <c>s</c> of processor <c>p</c> goes to word <c>s / 4</c> of the processor in the same place of quadrant <c>s mod 4</c>; those of the second layer stay.</summary>
    private IEnumerable<BusOperation> Kernels(LoadedProject one)
    {
        for (uint processor = 0; processor < TinyNetwork.Channels; processor++)
        {
            for (uint quadrant = 0; quadrant < 4; quadrant++)
            {
                var bytes = new List<byte>();
                for (int slot = (int)quadrant; slot < TinyNetwork.Hidden; slot += 4)
                    bytes.AddRange(_network.Kernels.AsSpan((slot * TinyNetwork.Channels + (int)processor) * 9, 9).ToArray().Select(w => (byte)w));
                while (bytes.Count % 4 != 0)
                    bytes.Add(0);
                uint address = 0x50180000 + quadrant * QuadrantStride + processor * 0x4000;
                yield return new BusOperation(BusOperationKind.Write, address | 1, 1, Width: BusWidth.Byte);
                for (int i = 0; i < bytes.Count; i += 4)
                    yield return Write(address + (uint)i, (uint)(bytes[i] << 24 | bytes[i + 1] << 16 | bytes[i + 2] << 8 | bytes[i + 3]));
            }
        }

        foreach (BusOperation operation in one.Functions.Single(f => f.Name == "cnn_load_weights").Operations.Where(o => o.Address >= 0x50190000))
            yield return operation;
    }

    /// <summary>Leaves out all kernels of one processor.</summary>
    private static IEnumerable<BusOperation> Without(IEnumerable<BusOperation> operations, uint processor) => operations.Where(o => (o.Address & ~0x3fffu) != processor);

    private static BusOperation Write(uint address, uint value) => new(BusOperationKind.Write, address, value);

    private static ProgramFunction Function(string name, IEnumerable<BusOperation> operations) => new(name, "test", [.. operations]);
}

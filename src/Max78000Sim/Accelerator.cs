// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device;
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim.Bus;
using Ai8x.Max78000Sim.Engine;
using Ai8x.Max78000Sim.Memories;

namespace Ai8x.Max78000Sim;

/// <summary>
/// The MAX78000 CNN accelerator as its bus sees it: registers and memories, and an engine that runs the loaded layers when the enable bit of quadrant 0 rises
/// (machine.md sections 2, 3, 6.4 and 11). Every access takes some time, in which a running inference goes on. Not safe for use by several threads at once.
/// </summary>
public sealed partial class Accelerator
{
    /// <summary>Cycles of a 50 MHz clock that one store and one load take (machine.md section 13: 280 and 230 ns).</summary>
    private const int WriteCycles = 14, ReadCycles = 12;

    private readonly RegisterFile _registers = new();
    private readonly DataMemory _data = new();
    private readonly KernelMemory _kernels = new();
    private readonly BiasMemory _biases = new();
    private readonly TransferMemory _transfer = new();
    private readonly InputFifos _fifos;
    private readonly GatherPort[] _ports = [.. Enumerable.Range(0, MemoryMap.Quadrants).Select(_ => new GatherPort())];
    private readonly FaultReporter _faults;
    private readonly AcceleratorOptions _options;
    private readonly Sequencer _sequencer;
    private uint _alwaysOn;
    private CompiledProgram? _program;
    private (CompiledProgram Program, short[][] Images)? _room;

    /// <summary>Makes an accelerator as it is after reset: all registers zero, all memories unwritten.</summary>
    /// <param name="options">Behaviour; null takes the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The FIFO depth is below 1.</exception>
    public Accelerator(AcceleratorOptions? options = null)
    {
        _options = options ?? new AcceleratorOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.FifoDepth, 1, nameof(options));
        _faults = new FaultReporter(_options.Strict);
        _fifos = new InputFifos(_options.FifoDepth);
        _sequencer = new Sequencer(_data, _fifos) { Compute = Compute };
    }

    private Accelerator(Accelerator original)
        : this(original._options)
    {
        Path = original.Path;
        _alwaysOn = original._alwaysOn;
        _registers.CopyFrom(original._registers);
        _data.CopyFrom(original._data);
        _kernels.CopyFrom(original._kernels);
        _biases.CopyFrom(original._biases);
        _transfer.CopyFrom(original._transfer);
        _fifos.CopyControlFrom(original._fifos);
    }

    /// <summary>True while the completion flag of quadrant 0 is set.</summary>
    public bool InterruptPending => _registers.Field(GlobalRegisters.Ctl, "cnn_irq", 0) == 1;

    /// <summary>True from the start of an inference to its completion.</summary>
    public bool IsRunning => _sequencer.Busy;

    /// <summary>Inferences finished since reset.</summary>
    public int Inferences { get; private set; }

    /// <summary>Cycles of the last finished inference, or null before the first.</summary>
    public InferenceReport? LastInference { get; private set; }

    /// <summary>What each layer of the last finished inference wrote; empty unless asked for in the options.</summary>
    public ImmutableArray<LayerSnapshot> Snapshots { get; private set; } = [];

    /// <summary>What a strict accelerator would have refused: the first hundred, in order. Empty if it is strict.</summary>
    public ImmutableArray<SimulationWarning> Warnings => _faults.Warnings;

    /// <summary>Number of all warnings, listed or not.</summary>
    public long WarningCount => _faults.Count;

    /// <summary>Cancels a running inference between layers.</summary>
    public CancellationToken Cancellation { get; set; }

    internal ConvolutionPath Path { get; init; } = Convolution.Best;

    /// <summary>How often the program was derived from the registers; for tests of its reuse.</summary>
    internal int Compilations { get; private set; }

    /// <summary>The bytes of the data memory, written or not.</summary>
    internal ReadOnlySpan<byte> DataBytes => _data.Bytes.AsSpan(0, DataMemory.PhysicalWords * sizeof(uint));

    /// <summary>The derived program, or null if there is none for what is loaded now.</summary>
    internal CompiledProgram? Program => _program;

    /// <summary>True if the running inference waits for words that nobody has put into its FIFO.</summary>
    internal bool IsStarved => _sequencer.Starved;

    /// <summary>Words of the FIFO frame that the running inference has taken, and those it needs.</summary>
    internal (int Taken, int Needed) Frame => (_sequencer.FrameWords, _sequencer.FrameLength);

    /// <summary>One store on the bus.</summary>
    /// <param name="write">Address, value and width.</param>
    /// <exception cref="SimulationException">The store is refused, or it starts an inference that is refused.</exception>
    public void Write(BusWrite write)
    {
        Finished(_sequencer.Advance(WriteCycles));
        if (StoreAtRest(write))
            return;
        if (write.Width == BusWidth.Byte)
        {
            WriteByte(write.Address, write.Value);
            return;
        }

        if (BusFaults.Alignment(write.Address, write.Value) is SimulationException unaligned)
        {
            _faults.Report(unaligned);
            return;
        }

        int word = DataMemory.WordOf(write.Address);
        if (word >= 0)
        {
            if (_sequencer.Busy)
                _faults.Report(BusFaults.Running(write.Address, write.Value));
            _data.Store(word, write.Value);
        }
        else if (BusPlace.Find(write.Address) is BusPlace place)
        {
            WriteBlock(place, write.Address, write.Value);
        }
        else
        {
            _faults.Report(BusFaults.Unknown(write.Address, write.Value));
        }
    }

    /// <summary>One 32-bit load from the bus.</summary>
    /// <param name="address">Absolute address, a multiple of four.</param>
    /// <exception cref="SimulationException">Nothing is at the address, or (strict) the data word was never written.</exception>
    public uint Read32(uint address)
    {
        Finished(_sequencer.Advance(ReadCycles));
        if (BusFaults.Alignment(address, null) is SimulationException unaligned)
        {
            _faults.Report(unaligned);
            return 0;
        }

        int word = DataMemory.WordOf(address);
        if (word >= 0)
            return ReadData(word, address);
        if (BusPlace.Find(address) is BusPlace place)
            return ReadBlock(place, address);
        _faults.Report(BusFaults.Unknown(address, null));
        return 0;
    }

    /// <summary>True if the data word at the address was written by the host or a layer.</summary>
    /// <param name="address">Absolute address inside the data memory; other addresses give false.</param>
    public bool IsWritten(uint address)
    {
        int word = DataMemory.WordOf(address);
        return word >= 0 && _data.States[word].Written;
    }

    /// <summary>
    /// Loads a word as a result: like <see cref="Read32"/>, and a fault (strict) if the bits asked for depend on data, kernels or biases that nobody wrote or
    /// loaded. The fault names the layer, the cycle and the address where that began.
    /// </summary>
    /// <param name="address">Absolute address, a multiple of four.</param>
    /// <param name="mask">Bits that count.</param>
    /// <returns>The word under the mask.</returns>
    /// <exception cref="SimulationException">Nothing is at the address, or the bits have no meaning.</exception>
    public uint ReadResult(uint address, uint mask = uint.MaxValue) => ReadResult(address, mask, false);

    /// <summary>Loads a word as a result that may hold lanes without a channel.</summary>
    internal uint ReadResult(uint address, uint mask, bool takesEmpty)
    {
        uint value = Read32(address);
        int word = DataMemory.WordOf(address);
        if (word < 0 || !_data.States[word].AnyBrokenOrEmpty)
            return value & mask;
        for (int lane = 0; lane < MemoryMap.ProcessorsPerInstance; lane++)
        {
            bool meaningless = _data.States[word].IsBroken(lane) || (!takesEmpty && _data.States[word].IsEmpty(lane));
            if ((mask >> (8 * lane) & 0xff) == 0 || !meaningless)
                continue;
            _faults.Report(_data.Causes[word].At(address));
            break;
        }

        return value & mask;
    }

    /// <summary>
    /// Lets time pass until the running inference is complete. Returns at once if none is running; returns without completion if the inference was stopped, or if it waits
    /// for words that nobody has put into its FIFO.
    /// </summary>
    /// <returns>True if no inference is running any more.</returns>
    public bool WaitForCompletion()
    {
        Finished(_sequencer.AdvanceToEnd());
        return !_sequencer.Busy;
    }

    /// <summary>A second accelerator with the same registers and memories, at rest.</summary>
    internal Accelerator Copy() => new(this);

    /// <summary>Takes over the derived program of an accelerator with the same registers, kernels and biases.</summary>
    internal void ShareProgram(Accelerator other) => _program = other._program;

    /// <summary>Lets time pass until the FIFO that a store goes to has room; other stores need none.</summary>
    internal void WaitForRoom(uint address)
    {
        int fifo = InputFifos.At(address);
        if (fifo >= 0)
            Finished(_sequencer.AdvanceToRoom(fifo));
    }

    private uint ReadData(int word, uint address)
    {
        if (_sequencer.Busy)
            _faults.Report(BusFaults.Running(address, null));
        if (!_data.States[word].Written)
            _faults.Report(new SimulationException(SimulationFault.DataNeverWritten, "the program reads a data word that nobody wrote", new FaultContext(address)));
        return _data.Load(word);
    }

    private void Finished(CompiledProgram? program)
    {
        if (program is null)
            return;
        Snapshots = _sequencer.Snapshots;
        LastInference = program.Report;
        Inferences++;
        for (int quadrant = 0; quadrant < MemoryMap.Quadrants; quadrant++)
        {
            uint control = _registers.Get(GlobalRegisters.Ctl, quadrant);
            if ((control & 1) == 1)
                _registers.Set(GlobalRegisters.Ctl, quadrant, control | ControlRules.InterruptMask);
        }
    }

    private ImmutableArray<LayerSnapshot> Compute(CompiledProgram program)
    {
        if (_room is null || _room.Value.Program != program)
            _room = (program, program.CreateImages());
        return program.Run(_data, _room.Value.Images, _options.TakeSnapshots, Path, Cancellation);
    }

    private void RunLayers()
    {
        PowerRules.Check(_alwaysOn, _registers);
        if (_program is null || !_program.StillHolds(_data))
        {
            _program = null;
            _program = new CompiledProgram(_registers, _kernels, _biases, _data, _options.FifoDepth, _options.LastLayer);
            Compilations++;
        }

        _sequencer.Start(_program);
    }
}

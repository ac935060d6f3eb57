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
/// (machine.md sections 2, 3, 6.4 and 11). Layers are executed one after the other as wholes. Not safe for use by several threads at once.
/// </summary>
public sealed class Accelerator
{
    private readonly RegisterFile _registers = new();
    private readonly DataMemory _data = new();
    private readonly KernelMemory _kernels = new();
    private readonly BiasMemory _biases = new();
    private readonly TransferMemory _transfer = new();
    private readonly AcceleratorOptions _options;
    private uint _alwaysOn;
    private CompiledProgram? _program;

    /// <summary>Makes an accelerator as it is after reset: all registers zero, all memories unwritten.</summary>
    /// <param name="options">Behaviour; null takes the defaults.</param>
    public Accelerator(AcceleratorOptions? options = null)
    {
        _options = options ?? new AcceleratorOptions();
    }

    /// <summary>True while the completion flag of quadrant 0 is set.</summary>
    public bool InterruptPending => _registers.Field(GlobalRegisters.Ctl, "cnn_irq", 0) == 1;

    /// <summary>Inferences finished since reset.</summary>
    public int Inferences { get; private set; }

    /// <summary>Cycles of the last inference, or null before the first.</summary>
    public InferenceReport? LastInference { get; private set; }

    /// <summary>What each layer of the last inference wrote; empty unless asked for in the options.</summary>
    public ImmutableArray<LayerSnapshot> Snapshots { get; private set; } = [];

    /// <summary>Cancels a running inference between layers.</summary>
    public CancellationToken Cancellation { get; set; }

    internal ConvolutionPath Path { get; init; } = Convolution.Best;

    /// <summary>How often the program was derived from the registers; for tests of its reuse.</summary>
    internal int Compilations { get; private set; }

    /// <summary>One store on the bus.</summary>
    /// <param name="write">Address, value and width.</param>
    /// <exception cref="SimulationException">The address, width or value is refused, or the store starts an inference that is refused.</exception>
    public void Write(BusWrite write)
    {
        if (write.Width == BusWidth.Byte)
        {
            WriteByte(write.Address, write.Value);
            return;
        }

        BusFaults.CheckAlignment(write.Address, write.Value);
        int word = DataMemory.WordOf(write.Address);
        if (word >= 0)
            _data.Store(word, write.Value);
        else
            WriteBlock(BusPlace.Find(write.Address, write.Value), write.Address, write.Value);
    }

    /// <summary>One 32-bit load from the bus.</summary>
    /// <param name="address">Absolute address, a multiple of four.</param>
    /// <exception cref="SimulationException">Nothing is at the address, or (strict) the data word was never written.</exception>
    public uint Read32(uint address)
    {
        BusFaults.CheckAlignment(address, null);
        int word = DataMemory.WordOf(address);
        if (word >= 0)
        {
            if (_options.Strict && !_data.States[word].Written)
                throw new SimulationException(SimulationFault.DataNeverWritten, "the program reads a data word that nobody wrote", new FaultContext(address));
            return _data.Load(word);
        }

        BusPlace place = BusPlace.Find(address, null);
        return place.Block switch
        {
            BusBlock.Register when place.Register.Definition == GlobalRegisters.Mlat => throw BusFaults.Unsupported(address, null, "the MLAT read port"),
            BusBlock.Register => _registers.Get(place.Register.Definition, place.Quadrant, place.Register.Layer ?? 0),
            BusBlock.Bias => _biases.Load(place.Quadrant, place.Index),
            BusBlock.Transfer => _transfer.Load(place.Processor, place.Index),
            BusBlock.Kernel => _kernels.LoadPlain(place.Processor, place.Index, place.Part),
            BusBlock.AlwaysOn => _alwaysOn,
            _ => throw BusFaults.Unsupported(address, null, "the input FIFOs"),
        };
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
    /// loaded. The fault names the layer and the address where that began.
    /// </summary>
    /// <param name="address">Absolute address, a multiple of four.</param>
    /// <param name="mask">Bits that count.</param>
    /// <returns>The word under the mask.</returns>
    /// <exception cref="SimulationException">Nothing is at the address, or the bits have no meaning.</exception>
    public uint ReadResult(uint address, uint mask = uint.MaxValue)
    {
        uint value = Read32(address);
        int word = DataMemory.WordOf(address);
        for (int lane = 0; lane < MemoryMap.ProcessorsPerInstance && word >= 0 && _options.Strict; lane++)
        {
            if ((mask >> (8 * lane) & 0xff) != 0 && _data.States[word].IsBroken(lane))
                throw _data.States[word].Cause!.At(address);
        }

        return value & mask;
    }

    private void WriteByte(uint address, uint value)
    {
        BusPlace place = DataMemory.WordOf(address) >= 0 ? default : BusPlace.Find(address & ~3u, value);
        if (place.Block != BusBlock.Kernel)
            throw BusFaults.Width(address, value, "only the kernel memory takes byte stores");
        if ((address & 3) != 1 || value != 1)
            throw BusFaults.BadValue(address, value, "a byte store to the kernel memory sets the address: value 1 to the address plus 1");
        if (!Express(place.Quadrant))
            throw BusFaults.BadValue(address, value, "the address of the packed stream is set but CTL.mexpress is 0");
        int word = (int)(address & (MemoryMap.ProcessorStride - 1)) >> 2;
        if (word >= MemoryMap.KernelWords)
        {
            throw new SimulationException(
                SimulationFault.KernelOutsideMemory, $"kernel word {word} is set; a processor has {MemoryMap.KernelWords}", new FaultContext(address, value));
        }

        _kernels.SetAddress(place.Processor, word);
    }

    private void WriteBlock(BusPlace place, uint address, uint value)
    {
        switch (place.Block)
        {
            case BusBlock.Register:
                WriteRegister(place, address, value);
                break;
            case BusBlock.Bias:
                if (value > byte.MaxValue)
                    throw BusFaults.BadValue(address, value, "the bias memory holds one byte a word");
                _program = null;
                _biases.Store(place.Quadrant, place.Index, (byte)value);
                break;
            case BusBlock.Transfer:
                if (value > ushort.MaxValue)
                    throw BusFaults.BadValue(address, value, "the row cache holds 16 bits a word");
                _transfer.Store(place.Processor, place.Index, (ushort)value);
                break;
            case BusBlock.Kernel:
                WriteKernel(place, address, value);
                break;
            case BusBlock.AlwaysOn:
                _alwaysOn = BusFaults.CheckReserved(AlwaysOnRegisters.AlwaysOnControl, address, value, _options.Strict);
                _program = null;
                break;
            default:
                throw BusFaults.Unsupported(address, value, "the input FIFOs");
        }
    }

    private void WriteKernel(BusPlace place, uint address, uint value)
    {
        _program = null;
        if (Express(place.Quadrant))
        {
            if (!_kernels.StorePacked(place.Processor, value))
            {
                throw new SimulationException(
                    SimulationFault.KernelOutsideMemory,
                    "packed kernel words are stored without a start address, or past the end of the kernel memory", new FaultContext(address, value));
            }

            return;
        }

        if ((place.Part == 0 && value > byte.MaxValue) || (place.Part == 3 && value != 0))
            throw BusFaults.BadValue(address, value, "a kernel word is one byte, two words of four bytes and a zero word");
        _kernels.StorePlain(place.Processor, place.Index, place.Part, value);
    }

    private void WriteRegister(BusPlace place, uint address, uint value)
    {
        (RegisterDefinition definition, int? layer) = place.Register;
        value = BusFaults.CheckReserved(definition, address, value, _options.Strict);
        uint previous = _registers.Get(definition, place.Quadrant, layer ?? 0);
        if (definition == GlobalRegisters.Ctl)
        {
            WriteControl(place.Quadrant, previous, ControlRules.Check(address, previous, value));
            return;
        }

        if (definition == GlobalRegisters.Mlat)
            throw BusFaults.BadValue(address, value, "MLAT is only read");
        if (definition == GlobalRegisters.LayerCount && RegisterFile.Extract(definition, "lstart", value) != 0)
            throw BusFaults.Unsupported(address, value, "a start layer other than 0");
        if (definition == GlobalRegisters.Test)
            value = MemoryTest.Run(place.Quadrant, value, _data, _kernels, _transfer, _biases);
        if (value != previous || definition == GlobalRegisters.Test)
            _program = null;
        _registers.Set(definition, place.Quadrant, value, layer ?? 0);
    }

    private void WriteControl(int quadrant, uint previous, uint value)
    {
        if (ControlRules.ChangesProgram(previous, value))
            _program = null;
        _registers.Set(GlobalRegisters.Ctl, quadrant, value);

        // A rising edge while the completion flag still stands continues an inference that has already finished here.
        if (quadrant == 0 && (previous & 1) == 0 && (value & 1) == 1 && !InterruptPending)
            RunLayers();
    }

    private void RunLayers()
    {
        PowerRules.Check(_alwaysOn, _registers);
        if (_program is null || !_program.StillHolds(_data.States))
        {
            _program = null;
            _program = new CompiledProgram(_registers, _kernels, _biases, _data, _options.Strict);
            Compilations++;
        }

        Snapshots = _program.Run(_data, _options.TakeSnapshots, Path, Cancellation);
        LastInference = _program.Report;
        Inferences++;
        for (int quadrant = 0; quadrant < MemoryMap.Quadrants; quadrant++)
        {
            uint control = _registers.Get(GlobalRegisters.Ctl, quadrant);
            if ((control & 1) == 1)
                _registers.Set(GlobalRegisters.Ctl, quadrant, control | ControlRules.InterruptMask);
        }
    }

    private bool Express(int quadrant) => _registers.Field(GlobalRegisters.Ctl, "mexpress", quadrant) == 1;
}

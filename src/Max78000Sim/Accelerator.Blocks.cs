// SPDX-License-Identifier: MIT
using Ai8x.Device;
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim.Bus;
using Ai8x.Max78000Sim.Memories;

namespace Ai8x.Max78000Sim;

/// <content>Registers and memories other than data: what a store or load of each does.</content>
public sealed partial class Accelerator
{
    /// <summary>Asked at every kernel store, so it is looked up once.</summary>
    private static readonly uint ExpressMask = GlobalRegisters.Ctl.Fields.First(f => f.Name == "mexpress").Mask;

    /// <summary>The processor whose packed stream was begun last, or -1, and the first address of its kernel memory.</summary>
    private int _streamProcessor = -1;
    private uint _streamWindow;

    private uint ReadBlock(BusPlace place, uint address)
    {
        switch (place.Block)
        {
            case BusBlock.Register:
                return place.Register.Definition == GlobalRegisters.Mlat
                    ? ReadGathered(place.Quadrant, address)
                    : _registers.Get(place.Register.Definition, place.Quadrant, place.Register.Layer ?? 0);
            case BusBlock.Bias:
                return _biases.Load(place.Quadrant, place.Index);
            case BusBlock.Transfer:
                return _transfer.Load(place.Processor, place.Index);
            case BusBlock.Kernel:
                return _kernels.LoadPlain(place.Processor, place.Index, place.Part);
            case BusBlock.AlwaysOn:
                return _alwaysOn;
            default:
                return ReadFifo(address);
        }
    }

    private uint ReadFifo(uint address)
    {
        switch (address)
        {
            case MemoryMap.FifoControl:
                return _fifos.Control;
            case MemoryMap.FifoStatus:
                return _fifos.Status();
            case MemoryMap.FastFifoControl:
                return _fifos.FastControl;
            case MemoryMap.FastFifoStatus:
                return _fifos.FastStatus();
            case MemoryMap.FastFifoInterruptEnable:
                return _fifos.FastInterruptEnable;
            default:
                _faults.Report(BusFaults.BadValue(address, null, "the data register of an input FIFO is only written"));
                return 0;
        }
    }

    private uint ReadGathered(int quadrant, uint address)
    {
        int lane = _registers.Field(GlobalRegisters.Ctl, "mlatch_sel", quadrant);
        int step = _registers.Field(LayerRegisters.LayerControl2, "wptr_inc", quadrant) + 1;
        uint? value = _ports[quadrant].Read(lane, step, word =>
        {
            if (word < DataMemory.PhysicalWords)
                return ReadData(word, DataMemory.AddressOf(word));
            _faults.Report(new SimulationException(
                SimulationFault.DataOutsideMemory, $"the MLAT port reads word {word}, behind the data memory", new FaultContext(address)));
            return 0;
        });
        if (value is null)
            _faults.Report(BusFaults.BadValue(address, null, "MLAT is read before CTL.mlat_ld has loaded its address"));
        return value ?? 0;
    }

    private void WriteByte(uint address, uint value)
    {
        BusPlace? place = DataMemory.WordOf(address) >= 0 ? null : BusPlace.Find(address & ~3u);
        if (DataMemory.WordOf(address) < 0 && place is null)
            _faults.Report(BusFaults.Unknown(address, value));
        else if (place is not { Block: BusBlock.Kernel } kernel)
            _faults.Report(BusFaults.Width(address, value, "only the kernel memory takes byte stores"));
        else if ((address & 3) != 1 || value != 1)
            _faults.Report(BusFaults.BadValue(address, value, "a byte store to the kernel memory sets the address: value 1 to the address plus 1"));
        else if (!Express(kernel.Quadrant))
            _faults.Report(BusFaults.BadValue(address, value, "the address of the packed stream is set but CTL.mexpress is 0"));
        else
            SetKernelAddress(kernel.Processor, address, value);
    }

    /// <summary>
    /// The two kinds of stores that nearly all stores are, data and packed kernel words, while nothing runs that they could disturb. They need no look at what is at the address.
    /// </summary>
    private bool StoreAtRest(BusWrite write)
    {
        if (_sequencer.Busy || write.Width != BusWidth.Word || write.Address % 4 != 0)
            return false;
        bool streams = _streamProcessor >= 0 && write.Address - _streamWindow < MemoryMap.KernelWords * MemoryMap.KernelWordWindow;
        if (streams && _kernels.StorePacked(_streamProcessor, write.Value))
        {
            _program = null;
            return true;
        }

        int word = DataMemory.WordOf(write.Address);
        if (word < 0)
            return false;
        _data.Store(word, write.Value);
        return true;
    }

    private void SetKernelAddress(int processor, uint address, uint value)
    {
        int word = (int)(address & (MemoryMap.ProcessorStride - 1)) >> 2;
        if (word < MemoryMap.KernelWords)
        {
            _kernels.SetAddress(processor, word);
            _streamWindow = address & ~(MemoryMap.ProcessorStride - 1);
            _streamProcessor = processor;
            return;
        }

        _faults.Report(new SimulationException(
            SimulationFault.KernelOutsideMemory, $"kernel word {word} is set; a processor has {MemoryMap.KernelWords}", new FaultContext(address, value)));
    }

    private void WriteBlock(BusPlace place, uint address, uint value)
    {
        bool control = place.Block == BusBlock.Fifo || (place.Block == BusBlock.Register && place.Register.Definition == GlobalRegisters.Ctl);
        if (_sequencer.Busy && !control)
            _faults.Report(BusFaults.Running(address, value));
        switch (place.Block)
        {
            case BusBlock.Register:
                WriteRegister(place, address, value);
                break;
            case BusBlock.Bias:
                if (value > byte.MaxValue)
                    _faults.Report(BusFaults.BadValue(address, value, "the bias memory holds one byte a word"));
                _program = null;
                _biases.Store(place.Quadrant, place.Index, (byte)value);
                break;
            case BusBlock.Transfer:
                if (value > ushort.MaxValue)
                    _faults.Report(BusFaults.BadValue(address, value, "the row cache holds 16 bits a word"));
                _transfer.Store(place.Processor, place.Index, (ushort)value);
                break;
            case BusBlock.Kernel:
                WriteKernel(place, address, value);
                break;
            case BusBlock.AlwaysOn:
                _alwaysOn = WithoutReserved(AlwaysOnRegisters.AlwaysOnControl, address, value);
                break;
            default:
                WriteFifo(address, value);
                break;
        }
    }

    private void WriteFifo(uint address, uint value)
    {
        switch (address)
        {
            case MemoryMap.FifoControl:
                _fifos.Control = WithoutReserved(AlwaysOnRegisters.FifoControl, address, value);
                return;
            case MemoryMap.FastFifoControl:
                _fifos.FastControl = WithoutReserved(AlwaysOnRegisters.FastFifoControl, address, value);
                return;
            case MemoryMap.FastFifoInterruptEnable:
                _fifos.FastInterruptEnable = value;
                return;
        }

        int fifo = InputFifos.At(address);
        if (fifo < 0)
            _faults.Report(BusFaults.BadValue(address, value, "the status register of a FIFO is only read"));
        else if (!_fifos.IsEnabled(fifo))
            _faults.Report(Lost(address, value, "the FIFO is switched off"));
        else if (_fifos.IsFull(fifo))
            _faults.Report(Lost(address, value, "the FIFO is full; poll its status first"));
        else
            _fifos.Put(fifo, value);
    }

    private static SimulationException Lost(uint address, uint value, string why) =>
        new(SimulationFault.FifoOverflow, $"the word is lost: {why}", new FaultContext(address, value));

    private void WriteKernel(BusPlace place, uint address, uint value)
    {
        _program = null;
        if (Express(place.Quadrant))
        {
            if (_kernels.StorePacked(place.Processor, value))
                return;
            _faults.Report(new SimulationException(
                SimulationFault.KernelOutsideMemory,
                "packed kernel words are stored without a start address, or past the end of the kernel memory", new FaultContext(address, value)));
            return;
        }

        if ((place.Part == 0 && value > byte.MaxValue) || (place.Part == 3 && value != 0))
            _faults.Report(BusFaults.BadValue(address, value, "a kernel word is one byte, two words of four bytes and a zero word"));
        _kernels.StorePlain(place.Processor, place.Index, place.Part, value);
    }

    private void WriteRegister(BusPlace place, uint address, uint value)
    {
        (RegisterDefinition definition, int? layer) = place.Register;
        value = WithoutReserved(definition, address, value);
        uint previous = _registers.Get(definition, place.Quadrant, layer ?? 0);
        if (definition == GlobalRegisters.Ctl)
        {
            // The quadrant may leave the mode in which kernels come packed.
            _streamProcessor = -1;
            WriteControl(place.Quadrant, address, previous, ControlRules.Check(address, previous, value));
            return;
        }

        if (definition == GlobalRegisters.Mlat)
        {
            _faults.Report(BusFaults.BadValue(address, value, "MLAT is only read"));
            return;
        }

        if (definition == GlobalRegisters.LayerCount && RegisterFile.Extract(definition, "lstart", value) != 0)
            throw BusFaults.Unsupported(address, value, "a start layer other than 0");
        if (definition == GlobalRegisters.Test)
            value = MemoryTest.Run(place.Quadrant, value, _data, _kernels, _transfer, _biases);
        if (value != previous || definition == GlobalRegisters.Test)
            _program = null;
        _registers.Set(definition, place.Quadrant, value, layer ?? 0);
    }

    private void WriteControl(int quadrant, uint address, uint previous, uint value)
    {
        if (ControlRules.ChangesProgram(previous, value))
        {
            if (_sequencer.Busy)
                _faults.Report(BusFaults.Running(address, value));
            _program = null;
        }

        _registers.Set(GlobalRegisters.Ctl, quadrant, value);
        if ((value & ~previous & ControlRules.MlatLoad) != 0)
            _ports[quadrant].Load(_registers.Field(LayerRegisters.WritePointer, "wptr_base", quadrant));
        if (quadrant != 0)
            return;
        bool runs = (value & 1) == 1;
        if (_sequencer.Busy && runs)
            _sequencer.Continue();
        else if (_sequencer.Busy)
            _sequencer.Pause();
        else if (runs && (previous & 1) == 0 && !InterruptPending)
            RunLayers();
    }

    private uint WithoutReserved(RegisterDefinition definition, uint address, uint value)
    {
        if (BusFaults.Reserved(definition, address, value) is SimulationException reserved)
            _faults.Report(reserved);
        return value & ~definition.ReservedMask;
    }

    private bool Express(int quadrant) => (_registers.Get(GlobalRegisters.Ctl, quadrant) & ExpressMask) != 0;
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>
/// Executes the functions of a project. Its memory is that of a 32-bit target; addresses of the accelerator go to a bus; the SDK is known by name. Work, memory and
/// depth are limited.
/// </summary>
internal sealed class CMachine
{
    private const int MaximumCalls = 20;
    private const int MaximumPrinted = 64 << 10;
    private const int MaximumWaits = 100_000;

    private readonly Dictionary<uint, CValue> _traced = [];
    private readonly Dictionary<string, CValue> _system = new(StringComparer.Ordinal);
    private readonly List<CPosition> _statements = [];
    private readonly StringBuilder _printed = new();
    private readonly ICBus? _bus;
    private long _steps;
    private uint _stack = CMemory.StackBase;
    private int _waits;
    private bool _inInterrupt;

    public CMachine(CProgram program, CMemory memory, ICBus? bus, long maximumSteps)
    {
        Program = program;
        Memory = memory;
        _bus = bus;
        _steps = maximumSteps;
    }

    public CProgram Program { get; }

    public CMemory Memory { get; }

    /// <summary>Address of the running function's variables.</summary>
    public uint Frame { get; private set; }

    /// <summary>What the last function returned.</summary>
    public CValue Returned { get; set; }

    /// <summary>Accesses to the accelerator so far.</summary>
    public long BusAccesses { get; private set; }

    /// <summary>The routine that the program installs for the completion interrupt.</summary>
    public CFunction? InterruptRoutine { get; set; }

    /// <summary>What the program printed, cut at a limit.</summary>
    public string Printed => _printed.ToString();

    public long Microseconds => Math.Max(1, _bus?.Microseconds ?? 1);

    /// <summary>Functions that run, and what to do when one ends.</summary>
    public int Level => _statements.Count - 1;

    /// <summary>Told of each function that ends, with its result.</summary>
    public Action<CFunction, CValue>? Ended { get; set; }

    /// <summary>Counts one step of work.</summary>
    public void Step(CPosition at)
    {
        if (--_steps < 0)
            throw at.Error("the program does not come to an end");
    }

    /// <summary>A statement begins.</summary>
    public void Statement(CPosition at)
    {
        Step(at);
        if (_statements.Count > 0)
            _statements[^1] = at;
    }

    /// <summary>Calls a function with the values of expressions.</summary>
    public CValue Call(CFunction function, ImmutableArray<CNode> arguments, CPosition at)
    {
        if (arguments.Length != function.Parameters.Length && !(function.AnyArguments && arguments.Length >= function.Parameters.Length))
            throw at.Error($"{function.Name} takes {function.Parameters.Length} arguments, not {arguments.Length}");
        var values = new CValue[function.Parameters.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            CValue value = arguments[i].Evaluate(this);
            if (i < values.Length)
                values[i] = value.Convert(arguments[i].Used, function.Parameters[i].Type, at);
        }

        return Call(function, values, at);
    }

    /// <summary>Calls a function.</summary>
    public CValue Call(CFunction function, CValue[] values, CPosition at)
    {
        if (_statements.Count >= MaximumCalls || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw at.Error($"calls are nested deeper than {MaximumCalls}");
        uint caller = Frame, frame = _stack;
        if (frame + (uint)function.FrameBytes > CMemory.StackBase + CMemory.StackBytes)
            throw at.Error($"the variables of all running functions take more than {CMemory.StackBytes} bytes");
        Frame = frame;
        _stack = frame + (uint)function.FrameBytes;
        _statements.Add(at);
        _bus?.Enter(this, function);
        for (int i = 0; i < values.Length; i++)
        {
            var place = new CPlace(Frame + (uint)function.Parameters[i].Offset, function.Parameters[i].Type);
            if (place.Type.Kind == CTypeKind.Structure)
                Copy(place, values[i], place.Type, at);
            else
                Store(place, values[i], at);
        }

        Returned = default;
        function.Body!.Run(this);
        CValue result = Returned;
        _bus?.Leave();
        _statements.RemoveAt(_statements.Count - 1);
        Ended?.Invoke(function, result);
        _stack = frame;
        Frame = caller;
        return result;
    }

    /// <summary>The statement that runs in the function of a level (0 is the outermost).</summary>
    public CPosition StatementAt(int level) => _statements[level];

    public CValue Load(CPlace place, CPosition at)
    {
        Step(at);
        if (place.System is not null)
            return LoadSystem(place.System);
        switch (place.Type.Kind)
        {
            case CTypeKind.Array or CTypeKind.Structure:
                return new CValue(place.Address);
            case CTypeKind.Void or CTypeKind.Function:
                throw at.Error($"a {place.Type} has no value");
            case CTypeKind.Opaque:
                return CValue.Opaque;
        }

        if (_traced.Count > 0 && _traced.TryGetValue(place.Address, out CValue traced))
            return traced;
        if (!IsDevice(place))
            return new CValue(Memory.Load(place.Address, place.Type, at));
        if (place.Type.Size > 4 || !place.Type.IsInteger)
            throw at.Error("the accelerator takes accesses of 32 and 8 bits");
        return LoadDevice(place, at);
    }

    public void Store(CPlace place, CValue value, CPosition at)
    {
        if (place.System is not null || place.Type.Kind == CTypeKind.Opaque)
        {
            StoreSystem(place.System ?? "?", value, at);
            return;
        }

        if (IsDevice(place))
        {
            if (value.Kind is not (CValueKind.Known or CValueKind.Device))
                throw at.Error("only known values are written to the accelerator");
            if (!place.Type.IsInteger || place.Type.Size is not (1 or 4))
                throw at.Error("the accelerator takes accesses of 32 and 8 bits");
            BusAccesses++;
            _waits = 0;
            Bus(at).Store(place.Address, (uint)place.Type.Wrap(value.Bits) & (place.Type.Size == 1 ? 0xffu : uint.MaxValue), (int)place.Type.Size, at);
            return;
        }

        Memory.Store(place.Address, place.Type, value.Bits, at);
        if (value.Kind != CValueKind.Known && (value.Kind == CValueKind.Opaque || CMemory.IsStack(place.Address)))
            _traced[place.Address] = value;
        else if (_traced.Count > 0)
            _traced.Remove(place.Address);
    }

    /// <summary>Copies a structure.</summary>
    public void Copy(CPlace place, CValue source, CType type, CPosition at)
    {
        if (!ReferenceEquals(place.Type, type))
            throw at.Error("a structure is only copied to one of its own type");
        Memory.Bytes((uint)source.Bits, type.Size, at).ToArray().CopyTo(Memory.Bytes(place.Address, type.Size, at));
    }

    public void Clear(uint address, long bytes, CPosition at)
    {
        Memory.Bytes(address, bytes, at).Clear();
        if (_traced.Count > 0)
        {
            foreach (uint traced in _traced.Keys.Where(a => a >= address && a < address + bytes).ToArray())
                _traced.Remove(traced);
        }
    }

    /// <summary>True if a place belongs to the accelerator.</summary>
    public static bool IsDevice(CPlace place) => place.System is null && IsDevice(place.Address);

    public static bool IsDevice(uint address) => address is >= 0x50000000 and < 0x52000000 or >= 0x400c0400 and < 0x400c0420;

    /// <summary>Sets or keeps bits of a word of the accelerator.</summary>
    public CValue Modify(CPlace place, string symbol, uint value, CPosition at)
    {
        BusAccesses++;
        _waits = 0;
        return new CValue(Bus(at).Modify(place.Address, symbol, value, at));
    }

    /// <summary>Decides a condition.</summary>
    public bool Holds(CNode test) => Holds(test, false);

    /// <summary>Decides the condition of a loop.</summary>
    public bool HoldsAgain(CNode test) => Holds(test, true);

    /// <summary>Nothing happens until something outside the program does.</summary>
    public void Idle(CPosition at, bool endless)
    {
        if (Interrupt())
            return;
        if (endless)
            throw new CHaltException(at);
        if (++_waits > MaximumWaits)
            throw at.Error("the program waits here for ever: no interrupt comes");
    }

    /// <summary>Calls the interrupt routine if an inference is done and the program has one.</summary>
    /// <returns>True if it was called.</returns>
    public bool Interrupt()
    {
        if (_bus is not { InterruptPending: true } || _inInterrupt || InterruptRoutine is not { Body: not null } routine)
            return false;
        _inInterrupt = true;
        Call(routine, new CValue[routine.Parameters.Length], routine.At);
        _inInterrupt = false;
        _waits = 0;
        return true;
    }

    public void Print(string text)
    {
        if (_printed.Length < MaximumPrinted)
            _printed.Append(text.AsSpan(0, Math.Min(text.Length, MaximumPrinted - _printed.Length)));
    }

    public CValue LoadSystem(string name) => _system.TryGetValue(name, out CValue value) ? value : CValue.Opaque;

    private void StoreSystem(string name, CValue value, CPosition at)
    {
        if (_system.Count > 1000)
            throw at.Error("more than 1000 registers of the SDK are written");
        _system[name] = value;
    }

    private bool Holds(CNode test, bool again)
    {
        CValue value = test.Evaluate(this);
        if (value.Kind == CValueKind.Opaque)
            throw test.At.Error("the condition has no known value");
        if (value.Kind == CValueKind.Device)
            value = value with { Kind = CValueKind.Test, Expected = 0, WantsEqual = false };
        if (value.Kind == CValueKind.Test)
            return Bus(test.At).Decide(value, again, test.At);
        return test.Used.Kind == CTypeKind.Floating ? value.Double != 0 : value.Bits != 0;
    }

    private CValue LoadDevice(CPlace place, CPosition at)
    {
        BusAccesses++;
        if (place.Address % place.Type.Size != 0)
            throw at.Error($"{place.Type.Size} bytes are read at 0x{place.Address:x8}, which is no multiple of that");
        CValue word = Bus(at).Load(place.Address & ~3u, at);
        int shift = (int)(place.Address % 4) * 8;
        uint mask = place.Type.Size == 4 ? uint.MaxValue : (1u << (8 * (int)place.Type.Size)) - 1;
        long bits = (uint)word.Bits >> shift & mask;
        if (place.Type.Signed)
            bits = place.Type.Wrap(bits);
        return word.Kind == CValueKind.Device ? word with { Bits = bits, Shift = shift, Mask = mask } : new CValue(bits);
    }

    private ICBus Bus(CPosition at) => _bus ?? throw at.Error("the value is not constant");
}

/// <summary>The program stops in a loop that does nothing, or by a call that ends it.</summary>
internal sealed class CHaltException(CPosition at) : Exception
{
    public CPosition At => at;
}

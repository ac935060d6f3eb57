// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device;
using Ai8x.Max78000Sim.Memories;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>
/// Stands in for the accelerator while a program is turned into a list of accesses. Words that the program reads are not known yet: conditions on them become accesses that
/// wait or that must hold, and the list goes on as a good run does.
/// </summary>
internal sealed class RecordingBus : ICBus
{
    /// <summary>Most bus accesses.</summary>
    private const int MaximumOperations = 8 << 20;

    /// <summary>The control register of quadrant 0, and its completion flag.</summary>
    public const uint Control = 0x50100000, CompletionFlag = 1u << 12;

    /// <summary>Inferences after which a program that runs for ever has shown all that it does; measuring loops start a hundred.</summary>
    private const int MaximumStarts = 256;

    /// <summary>Functions whose accesses stay together under their own names.</summary>
    private static readonly HashSet<string> Named = new(StringComparer.Ordinal)
    {
        "check_output", "cnn_check", "cnn_unload", "cnn_wait", "cnn_stop", "cnn_continue", "cnn_disable", "cnn_verify_weights",
    };

    private readonly Dictionary<uint, uint> _words = [];
    private readonly List<(string Name, int Level)> _functions = [];
    private readonly List<RecordedFunction> _segments = [];
    private CMachine? _machine;
    private bool _startsForEver;
    private int _count;

    public bool InterruptPending { get; private set; }

    public long Microseconds => 1;

    /// <summary>How often the accelerator was started.</summary>
    public int Starts { get; private set; }

    public IReadOnlyList<RecordedFunction> Segments => _segments;

    /// <summary>Words of data memory that the program compares after an inference.</summary>
    public List<BusOperation> Answers { get; } = [];

    /// <summary>Segment in which the accelerator was first started.</summary>
    public RecordedFunction? Start { get; private set; }

    public CValue Load(uint address, CPosition at) => new(_words.GetValueOrDefault(address), CValueKind.Device, address, 0, uint.MaxValue);

    public void Store(uint address, uint value, int bytes, CPosition at)
    {
        Add(new BusOperation(BusOperationKind.Write, address, value, uint.MaxValue, bytes == 1 ? BusWidth.Byte : BusWidth.Word, Line(at)), at);
        if (bytes == 4)
            Hold(address, value);
        HaltIfForEver(at);
    }

    public uint Modify(uint address, string symbol, uint value, CPosition at)
    {
        Add(new BusOperation(symbol == "|" ? BusOperationKind.SetBits : BusOperationKind.KeepBits, address, value, uint.MaxValue, BusWidth.Word, Line(at)), at);
        uint old = _words.GetValueOrDefault(address);
        uint result = symbol == "|" ? old | value : old & value;
        Hold(address, result);

        // A program that polls clears the flag itself.
        if (symbol != "|" && address == Control && (value & CompletionFlag) == 0)
            InterruptPending = false;
        HaltIfForEver(at);
        return result;
    }

    public bool Decide(CValue test, bool again, CPosition at)
    {
        // A loop goes on until its condition fails; any other comparison is taken to find what it names.
        bool equal = again ? !test.WantsEqual : true;
        uint mask = test.Mask << test.Shift, value = test.Expected << test.Shift;
        if (value >> test.Shift != test.Expected || (value & ~mask) != 0)
        {
            // The comparison can never hold.
            if (!equal)
                return false;
            throw at.Error("the comparison can never hold");
        }

        if (!equal)
        {
            // Different from one value of a single bit is equal to the other.
            if (uint.PopCount(mask) != 1)
                throw at.Error("the program must say which value it wants, not only which it does not");
            value ^= mask;
        }

        var operation = new BusOperation(again ? BusOperationKind.Wait : BusOperationKind.Check, test.Source, value, mask, BusWidth.Word, Line(at));
        if (!again && Starts > 0 && DataMemory.WordOf(test.Source) >= 0)
        {
            if (Starts == 1)
                Answers.Add(operation);
        }
        else
            Add(operation, at);
        return again ? false : test.WantsEqual;
    }

    public void Enter(CMachine machine, CFunction function)
    {
        _machine = machine;
        bool interrupt = ReferenceEquals(machine.InterruptRoutine, function);
        string? name = interrupt ? CProjectReader.InterruptFunction : LoadedProject.CallOrder.Contains(function.Name) || Named.Contains(function.Name) ? function.Name : null;
        int level = machine.Level;
        if (name is null)
        {
            // An ordinary function belongs to the one that calls it, unless that is only main.
            (name, level) = _functions.Count switch
            {
                0 => (function.Name, 0),
                1 => (function.Name, level),
                _ => _functions[^1],
            };
        }

        _functions.Add((name, level));
        if (LoadedProject.CallOrder.Contains(name) && Starts < 2 && !Muted)
            Segment(function.At.File);
    }

    public void Leave() => _functions.RemoveAt(_functions.Count - 1);

    /// <summary>Repeated runs are executed but no longer recorded.</summary>
    private bool Muted => Starts > 1;

    private void Hold(uint address, uint value)
    {
        if (address == Control)
        {
            bool rises = (value & 1) == 1 && (_words.GetValueOrDefault(address) & 1) == 0;
            if (rises && !InterruptPending)
            {
                InterruptPending = true;
                _startsForEver = ++Starts > MaximumStarts;
                if (Starts == 1)
                    Start = _segments[^1];
            }

            if (_functions.Count > 0 && _functions[^1].Name == CProjectReader.InterruptFunction && (value & CompletionFlag) == 0)
                InterruptPending = false;
        }

        if (DataMemory.WordOf(address) < 0)
            _words[address] = value;
    }

    private void HaltIfForEver(CPosition at)
    {
        if (!_startsForEver)
            return;
        _startsForEver = false;
        throw new CHaltException(at);
    }

    private void Add(BusOperation operation, CPosition at)
    {
        if (Muted)
            return;
        if (++_count > MaximumOperations)
            throw at.Error($"the program makes more than {MaximumOperations} bus accesses");
        Segment(at.File).Operations.Add(operation);
    }

    private RecordedFunction Segment(string file)
    {
        string name = _functions.Count > 0 ? _functions[^1].Name : "main";
        if (_segments.Count == 0 || _segments[^1].Name != name)
            _segments.Add(new RecordedFunction(name, file));
        return _segments[^1];
    }

    private int Line(CPosition at)
    {
        if (_machine is null || _functions.Count == 0)
            return at.Line;
        CPosition statement = _machine.StatementAt(Math.Min(_functions[^1].Level, _machine.Level));
        return statement.Line > 0 ? statement.Line : at.Line;
    }
}

/// <summary>Accesses of one function that follow each other.</summary>
internal sealed class RecordedFunction(string name, string file)
{
    public string Name { get; set; } = name;

    public string File { get; } = file;

    public ImmutableArray<BusOperation>.Builder Operations { get; } = ImmutableArray.CreateBuilder<BusOperation>();
}

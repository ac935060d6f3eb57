// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Collections.Immutable;

namespace Ai8x.Max78000Sim.Projects.Vectors;

/// <summary>
/// Reads a program in the vector format: <c>program.csv</c>, <c>kernels.txt</c>, <c>bias_G.txt</c>, <c>input_N.txt</c>, <c>output.txt</c> and, if it is
/// there, <c>unload.csv</c>. Kernels may be one stream or named blocks.
/// </summary>
public sealed class VectorFolderReader
{
    internal const string ProgramFile = "program.csv";
    private const string OutputFile = "output.txt";

    /// <summary>Most accesses of a program.</summary>
    private const int MaximumOperations = 8 << 20;

    /// <summary>Functions that only concern power, clocks, or stopping in between.</summary>
    private static readonly string[] WithoutData = ["cnn_enable", "cnn_disable", "cnn_continue", "cnn_stop", "cnn_unload"];

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.");

    private readonly string _folder;
    private readonly Dictionary<string, WordFile> _files = [];
    private readonly Dictionary<string, int> _next = [];
    private readonly Dictionary<string, ImmutableArray<BusOperation>.Builder> _functions = [];
    private int _operations;

    private VectorFolderReader(string folder) => _folder = folder;

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">Path of the folder.</param>
    /// <exception cref="ProjectFormatException">A file is missing, too large or malformed.</exception>
    public static LoadedProject Read(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new VectorFolderReader(folder).Load();
    }

    private LoadedProject Load()
    {
        List<ProgramRow> rows = ProgramRow.Parse(TextFile.Read(_folder, ProgramFile));
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Operation == "loop")
                i = Loop(rows, i);
            else
                Row(rows[i]);
        }

        ProgramFunction? isr = _functions.Keys.Where(n => n is "CNN_ISR" or "CNN_IRQHandler").Select(Function).FirstOrDefault();
        return new LoadedProject(
            [.. LoadedProject.CallOrder.Where(_functions.ContainsKey).Select(Function)],
            isr,
            KnownAnswerStream.Parse(File(OutputFile).Block(string.Empty), OutputFile),
            ImmutableSortedDictionary<int, string>.Empty,
            UnloadTable.Read(_folder));
    }

    private ProgramFunction Function(string name) => new(name, ProgramFile, _functions[name].ToImmutable());

    private int Loop(List<ProgramRow> rows, int start)
    {
        int end = rows.FindIndex(start, r => r.Operation == "endloop");
        if (end < 0)
            throw rows[start].Error("the loop has no endloop");
        if ((long)rows[start].Count * (end - start) > MaximumOperations)
            throw rows[start].Error($"the loop makes more than {MaximumOperations} accesses");
        for (int repetition = 0; repetition < rows[start].Count; repetition++)
        {
            for (int i = start + 1; i < end; i++)
                Row(rows[i]);
        }

        return end;
    }

    private void Row(ProgramRow row)
    {
        bool system = row.Address.StartsWith("GCFR.", StringComparison.Ordinal) || row.Address.StartsWith("GCR.", StringComparison.Ordinal);
        if (system)
        {
            if (!IsSystemRegister(row.Address))
                throw row.Error($"{row.Address} is no system register of the network's power or clock");
            return;
        }

        switch (row.Operation)
        {
            case "=":
                Add(row, BusOperationKind.Write, row.AddressNumber(), Value(row), width: row.Width == "8" ? Device.BusWidth.Byte : Device.BusWidth.Word);
                break;
            case "|=":
                Add(row, BusOperationKind.SetBits, row.AddressNumber(), row.Number(row.Value));
                break;
            case "&=":
                Add(row, BusOperationKind.KeepBits, row.AddressNumber(), row.Number(row.Value));
                break;
            case "memcpy32":
                Copy(row, Words(row));
                break;
            case "memcpy_8to32":
                Copy(row, File(row.Value, row).Bytes());
                break;
            case "fill_zero":
                CheckCount(row, MaximumOperations);
                Copy(row, new uint[row.Count]);
                break;
            case "kernel_stream" or "kernel_stream_plain":
                KernelStream(row);
                break;
            case "wait" or "check":
                Condition(row);
                break;
            case "read" or "out_offset" when row.Function == "cnn_unload":
                break;
            default:
                throw row.Error($"the operation '{row.Operation}' is not known here");
        }
    }

    private static bool IsSystemRegister(string name) => name is "GCFR.reg0" or "GCFR.reg1" or "GCFR.reg2" or "GCFR.reg3" or "GCR.pclkdiv";

    private uint Value(ProgramRow row)
    {
        const string Next = "[next]";
        if (row.Width is not ("8" or "32"))
            throw row.Error($"a width of '{row.Width}' bits is not known");
        if (!row.Value.EndsWith(Next, StringComparison.Ordinal))
            return row.Number(row.Value);
        string name = row.Value[..^Next.Length];
        uint[] words = File(name, row).Block(string.Empty);
        int index = _next.GetValueOrDefault(name);
        _next[name] = index + 1;
        return index < words.Length ? words[index] : throw row.Error($"{name} has no word {index}");
    }

    private uint[] Words(ProgramRow row)
    {
        int hash = row.Value.IndexOf('#', StringComparison.Ordinal);
        return hash < 0 ? File(row.Value, row).Block(string.Empty) : File(row.Value[..hash], row).Block(row.Value[(hash + 1)..]);
    }

    private void Copy(ProgramRow row, uint[] words)
    {
        CheckCount(row, words.Length);
        uint address = row.AddressNumber();
        for (int i = 0; i < row.Count; i++)
            Add(row, BusOperationKind.Write, address + 4 * (uint)i, words[i]);
    }

    private static void CheckCount(ProgramRow row, int available)
    {
        if (row.Count > available)
            throw row.Error($"{row.Count} words are copied, {available} are there");
    }

    private void KernelStream(ProgramRow row)
    {
        uint[] words = Words(row);
        int at = 0;
        while (true)
        {
            if (at >= words.Length)
                throw row.Error("the kernel records do not end with a zero address");
            uint address = words[at++];
            if (address == 0)
                break;
            if (at >= words.Length || words[at] > words.Length - at - 1)
                throw row.Error($"the kernel record at address 0x{address:x8} is cut off");
            if (row.Operation == "kernel_stream")
                Add(row, BusOperationKind.Write, address | 1, 1, width: Device.BusWidth.Byte);
            int length = (int)words[at++];
            for (int i = 0; i < length; i++)
                Add(row, BusOperationKind.Write, address + 4 * (uint)i, words[at++]);
        }

        if (at != words.Length)
            throw row.Error($"{words.Length - at} words follow the kernel records");
    }

    private void Condition(ProgramRow row)
    {
        string[] parts = row.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool waits = row.Operation == "wait";
        string[] expected = waits ? ["mask", "until", "=="] : ["mask", "=="];
        if (parts.Length != expected.Length + 2 || parts[0] != "mask" || parts[^2] != "==" || (waits && parts[2] != "until"))
            throw row.Error($"the condition '{row.Value}' is not of the form 'mask 0x… {(waits ? "until " : string.Empty)}== 0x…'");
        BusOperationKind kind = waits ? BusOperationKind.Wait : BusOperationKind.Check;
        Add(row, kind, row.AddressNumber(), row.Number(parts[^1]), row.Number(parts[1]));
    }

    private void Add(
        ProgramRow row, BusOperationKind kind, uint address, uint value, uint mask = uint.MaxValue, Device.BusWidth width = Device.BusWidth.Word)
    {
        if (!LoadedProject.CallOrder.Contains(row.Function) && row.Function is not ("CNN_ISR" or "CNN_IRQHandler") && !WithoutData.Contains(row.Function))
            throw row.Error($"the function '{row.Function}' is not known");
        if (++_operations > MaximumOperations)
            throw row.Error($"the program makes more than {MaximumOperations} accesses");
        if (!_functions.TryGetValue(row.Function, out ImmutableArray<BusOperation>.Builder? operations))
            _functions[row.Function] = operations = ImmutableArray.CreateBuilder<BusOperation>();
        operations.Add(new BusOperation(kind, address, value, mask, width, row.Line));
    }

    private WordFile File(string name, ProgramRow? row = null)
    {
        if (_files.TryGetValue(name, out WordFile? file))
            return file;
        if (name.Length == 0 || name.AsSpan().IndexOfAnyExcept(NameCharacters) >= 0 || name.Contains("..", StringComparison.Ordinal))
            throw new ProjectFormatException(ProgramFile, row?.Line ?? 0, $"'{name}' is not the name of a word file");
        return _files[name] = new WordFile(name, TextFile.Read(_folder, name));
    }
}

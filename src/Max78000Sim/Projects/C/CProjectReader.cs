// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>
/// Reads a C project (docs/c-project.md, machine.md sections 7.6, 16 and 18): <c>cnn.c</c>, <c>main.c</c> (or <c>main_riscv.c</c>) and <c>softmax.c</c> with the headers they
/// include. The program is executed as C, with the accelerator as the only thing that is not known; what the reader does not understand is an error with file and line.
/// </summary>
public static partial class CProjectReader
{
    internal const string MainFile = "main.c";
    internal const string RiscvMainFile = "main_riscv.c";
    internal const string NetworkFile = "cnn.c";
    internal const string InterruptFunction = "CNN_ISR";
    private const string AnswerArray = "sample_output";
    private const int MaximumLayers = 32;
    private const int MaximumNameLength = 200;

    /// <summary>Functions that are no part of the way to a result.</summary>
    private static readonly HashSet<string> Aside = new(StringComparer.Ordinal)
    {
        InterruptFunction, "check_output", "cnn_check", "cnn_unload", "cnn_wait", "cnn_disable", "cnn_verify_weights",
    };

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">Path of the folder.</param>
    /// <exception cref="ProjectFormatException">A file is missing, too large, or not understood.</exception>
    public static LoadedProject Read(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return Read(folder, null);
    }

    internal static LoadedProject Read(string folder, long? maximumSteps)
    {
        CProgram program = CProgram.Load(folder, maximumSteps);
        var bus = new RecordingBus();
        CMachine machine = Machine(program, program.Memory.Clone(), bus);
        CPosition? halted = RunMain(program, machine, out CFunction main);
        if (bus.Starts == 0)
            throw (halted ?? main.At).Error(halted is null ? "the program never starts the accelerator" : "the program stops here before it starts the accelerator");
        if (bus.InterruptPending && machine.InterruptRoutine is { Body: not null } routine)
            machine.Call(routine, new CValue[routine.Parameters.Length], routine.At);
        return new LoadedProject(
            Functions(bus), Acknowledge(bus), KnownAnswer(program, bus), LayerNames(program.Comments), UnloadTracer.Trace(program, "cnn_unload"));
    }

    internal static CMachine Machine(CProgram program, CMemory memory, ICBus bus) =>
        new(program, memory, bus, program.MaximumSteps) { InterruptRoutine = program.FindFunction(InterruptFunction) ?? program.FindFunction("CNN_IRQHandler") };

    /// <summary>Runs <c>main</c> and gives back where it stopped for good, or null if it returned.</summary>
    internal static CPosition? RunMain(CProgram program, CMachine machine, out CFunction main)
    {
        main = program.FindFunction("main") ?? throw new ProjectFormatException(MainFile, 0, "the project has no function main");
        try
        {
            machine.Call(main, new CValue[main.Parameters.Length], main.At);
            return null;
        }
        catch (CHaltException halt)
        {
            return halt.At;
        }
    }

    private static ImmutableArray<ProgramFunction> Functions(RecordingBus bus)
    {
        List<RecordedFunction> segments = [.. bus.Segments.Where((s, i) => !Aside.Contains(s.Name) && !IsAfterwards(bus, i))];
        NameRoles(segments, bus.Start!);
        var result = new List<ProgramFunction>();
        foreach (RecordedFunction segment in segments)
        {
            ImmutableArray<BusOperation> operations = segment.Operations.ToImmutable();
            string name = segment.Name is "cnn_stop" or "cnn_continue" ? LoadedProject.StartFunction : segment.Name;
            int known = result.FindIndex(f => f.Name == name);

            // The same again, as in a loop that measures, changes nothing.
            if (known >= 0 && result[known].Operations.SequenceEqual(operations))
                continue;
            if (known >= 0 && (name == LoadedProject.StartFunction || known == result.Count - 1))
                result[known] = result[known] with { Operations = [.. result[known].Operations, .. operations] };
            else if (operations.Length > 0 || LoadedProject.CallOrder.Contains(name))
                result.Add(new ProgramFunction(name, segment.File, operations));
        }

        return [.. result];
    }

    /// <summary>True for what a program does outside the usual functions once the accelerator runs, if it feeds no input: it polls for the end, acknowledges it and reads results.</summary>
    private static bool IsAfterwards(RecordingBus bus, int segment)
    {
        RecordedFunction function = bus.Segments[segment];
        return segment > bus.Segments.ToList().IndexOf(bus.Start!) && !LoadedProject.CallOrder.Contains(function.Name) && function.Name is not ("cnn_stop" or "cnn_continue")
            && !function.Operations.Any(o => o.Kind == BusOperationKind.Write && IsInput(o.Address));
    }

    /// <summary>Gives the start and the input their usual names where a program calls them otherwise.</summary>
    private static void NameRoles(List<RecordedFunction> segments, RecordedFunction start)
    {
        if (!segments.Any(s => s.Name == LoadedProject.StartFunction))
            start.Name = LoadedProject.StartFunction;
        if (segments.Any(s => s.Name == LoadedProject.InputFunction))
            return;
        List<RecordedFunction> candidates = [.. segments.Where(s => s != start && s.Operations.Any(o => o.Kind == BusOperationKind.Write && IsInput(o.Address)))];
        if (candidates.Count == 1)
            candidates[0].Name = LoadedProject.InputFunction;
    }

    private static bool IsAcknowledgement(BusOperation operation) =>
        operation.Kind == BusOperationKind.KeepBits && operation.Address == RecordingBus.Control && (operation.Value & RecordingBus.CompletionFlag) == 0;

    private static bool IsInput(uint address) =>
        Memories.DataMemory.WordOf(address) >= 0 || address is >= 0x50000008 and < 0x50000018 or 0x400c0410;

    private static ProgramFunction? Acknowledge(RecordingBus bus)
    {
        RecordedFunction? routine = bus.Segments.FirstOrDefault(s => s.Name == InterruptFunction)
            ?? bus.Segments.Where((s, i) => s.Name == "cnn_wait" || (!Aside.Contains(s.Name) && IsAfterwards(bus, i)))
                .FirstOrDefault(s => s.Operations.Any(IsAcknowledgement));
        return routine is null ? null : new ProgramFunction(InterruptFunction, routine.File, routine.Operations.ToImmutable());
    }

    /// <summary>What the program compares after the inference; if the words stand in an array, the two must agree.</summary>
    private static ImmutableArray<KnownAnswerRecord> KnownAnswer(CProgram program, RecordingBus bus)
    {
        CFunction? check = program.FindFunction("check_output");
        if (check is null || program.FindVariable(AnswerArray) is not { Type: { Kind: CTypeKind.Array, Target: { IsInteger: true, Size: 4 } } type } variable)
            return Join(bus.Answers);
        var words = new uint[type.Length];
        for (int i = 0; i < words.Length; i++)
            words[i] = (uint)program.Memory.Load(variable.Address + 4 * (uint)i, CType.UnsignedInt, check.At);
        ImmutableArray<KnownAnswerRecord> records = KnownAnswerStream.Parse(words, "sampleoutput.h");
        IEnumerable<(uint, uint, uint)> listed = records.SelectMany(r => r.Words.Select((w, i) => (r.Address + 4 * (uint)i, r.Mask, w)));
        if (!listed.SequenceEqual(bus.Answers.Select(o => (o.Address, o.Mask, o.Value))))
            throw check.At.Error($"check_output does not compare the words that {AnswerArray} lists");
        return records;
    }

    private static ImmutableArray<KnownAnswerRecord> Join(IEnumerable<BusOperation> checks)
    {
        var records = new List<(uint Address, uint Mask, List<uint> Words)>();
        foreach (BusOperation check in checks)
        {
            if (records.Count > 0 && records[^1].Mask == check.Mask && records[^1].Address + 4 * (uint)records[^1].Words.Count == check.Address)
                records[^1].Words.Add(check.Value);
            else
                records.Add((check.Address, check.Mask, [check.Value]));
        }

        return [.. records.Select(r => new KnownAnswerRecord(r.Address, r.Mask, [.. r.Words]))];
    }

    /// <summary>Names from comment lines of the form <c>Layer N: name - words</c>; a line without the dash has no name, the first line of a layer counts.</summary>
    private static ImmutableSortedDictionary<int, string> LayerNames(List<(string Text, int Line)> comments)
    {
        ImmutableSortedDictionary<int, string>.Builder names = ImmutableSortedDictionary.CreateBuilder<int, string>();
        foreach (string line in comments.SelectMany(c => c.Text.Split('\n')))
        {
            Match match = LayerLine().Match(line);
            if (match.Success && int.TryParse(match.Groups[1].ValueSpan, out int layer) && layer < MaximumLayers && match.Groups[2].Length <= MaximumNameLength)
                names.TryAdd(layer, match.Groups[2].Value);
        }

        return names.ToImmutable();
    }

    [GeneratedRegex(@"^[\s*/]*Layer ([0-9]{1,2}):\s*(\S.*?)\s+- ", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex LayerLine();
}

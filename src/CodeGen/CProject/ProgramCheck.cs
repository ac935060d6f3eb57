// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Registers;
using static System.FormattableString;

namespace Ai8x.CodeGen.CProject;

/// <summary>What the text stage relies on. A program that breaks this is a defect of the generator and is refused before any text is made.</summary>
internal static class ProgramCheck
{
    /// <summary>The calls that <c>main.c</c> can print, in order; a FIFO is fed while the accelerator runs, so <c>load_input</c> may also follow <c>cnn_start</c>.</summary>
    private static readonly ImmutableArray<string> Calls =
    [
        "cnn_enable", "cnn_init", "cnn_load_weights", "cnn_load_bias", "cnn_configure", "load_input", "cnn_start", "cnn_stop", "cnn_continue", "check_output", "cnn_unload", "softmax_layer",
        "cnn_disable",
    ];

    /// <summary>Calls that not every program makes.</summary>
    private static readonly ImmutableArray<string> OptionalCalls = ["cnn_stop", "cnn_continue", "check_output"];

    /// <summary>Functions that hold accesses, and those of them that every program has.</summary>
    private static readonly ImmutableArray<string> Required = ["cnn_continue", "cnn_stop", "cnn_init", "cnn_configure", "cnn_start", "cnn_enable", "cnn_disable", "load_input"];

    private static readonly ImmutableArray<string> Optional = ["CNN_ISR", "CNN_IRQHandler", "cnn_load_weights", "cnn_load_bias", "cnn_unload"];

    /// <exception cref="ArgumentException">The program or the facts break a rule.</exception>
    public static void Check(AcceleratorProgram program, ProjectFacts facts)
    {
        CheckFunctions(program);
        CheckCalls(program, facts);
        CheckData(program);
        foreach (ProgramFunction function in program.Functions)
        {
            foreach (ProgramAccess access in function.Accesses) CheckCopy(program, function.Name, access);
        }

        CheckUnload(facts);
    }

    private static void CheckFunctions(AcceleratorProgram program)
    {
        string[] names = [.. program.Functions.Select(f => f.Name)];
        foreach (string name in names)
        {
            Require(Required.Contains(name) || Optional.Contains(name), $"function '{name}' has no place in the C project");
            Require(names.Count(n => n == name) == 1, $"function '{name}' is there twice");
        }

        Require(CnnSource.Interrupts.Count(names.Contains) == 1, "there must be one interrupt routine");
        foreach (string name in Required) Require(CnnSource.Accesses(program, name).Any(), $"function '{name}' is missing or empty");
        foreach (string name in Required.AddRange(Optional))
        {
            foreach (ProgramAccess access in CnnSource.Accesses(program, name))
            {
                bool fits = access.Operation switch
                {
                    AccessOperation.KernelStream or AccessOperation.PlainKernelStream or AccessOperation.WriteByte => name == "cnn_load_weights",
                    AccessOperation.CopyBytesToWords => name == "cnn_load_bias",
                    AccessOperation.CopyWords => name is "load_input" or "cnn_load_weights",
                    AccessOperation.WriteNext => name == "load_input",
                    AccessOperation.Loop or AccessOperation.EndLoop or AccessOperation.Wait => name is "load_input" or "cnn_init",
                    AccessOperation.Check or AccessOperation.FillZero => name == "cnn_init",
                    AccessOperation.Read => name == "cnn_unload",
                    _ => name is not ("cnn_load_weights" or "cnn_load_bias" or "load_input"),
                };
                Require(fits, $"function '{name}' holds {access.Operation}, which belongs elsewhere");
            }
        }
    }

    private static void CheckCalls(AcceleratorProgram program, ProjectFacts facts)
    {
        ImmutableArray<string> calls = Calls;
        if (program.Inputs.Any(block => block.IsFifo)) calls = calls.Remove("load_input").Insert(calls.IndexOf("cnn_start"), "load_input");
        int last = -1;
        foreach (string call in program.CallOrder)
        {
            int place = calls.IndexOf(call);
            Require(place > last, $"call of '{call}' is unknown or comes too late; the order is {string.Join(", ", calls)}");
            last = place;
        }

        Require(program.CallOrder.Contains("cnn_stop") == program.CallOrder.Contains("cnn_continue"), "cnn_stop and cnn_continue belong together");
        string result = facts.Softmax ? "softmax_layer" : "cnn_unload", other = facts.Softmax ? "cnn_unload" : "softmax_layer";
        foreach (string call in calls.RemoveRange(OptionalCalls))
        {
            Require(program.CallOrder.Contains(call) != (call == other), call == other ? $"'{call}' is called although '{result}' delivers the result" : $"'{call}' is not called");
        }
    }

    private static void CheckData(AcceleratorProgram program)
    {
        Require(!program.Kernels.IsEmpty && program.Kernels[^1] == 0, "the kernel stream does not end in a zero");
        Require(program.Inputs.Select(block => block.Number).Distinct().Count() == program.Inputs.Length, "two input blocks have the same number");
        Require(program.Biases.Select(block => block.Quadrant).Distinct().Count() == program.Biases.Length, "two bias blocks have the same quadrant");
        Require(program.Biases.All(block => block.Quadrant is >= 0 and < MemoryMap.Quadrants), "a bias block lies outside the four quadrants");
        Require(program.Inputs.All(block => block.Number >= 0), "an input block has a negative number");
        string?[] copied = [.. program.Functions.SelectMany(f => f.Accesses).Select(access => access.SourceName)];
        Require(program.Biases.All(block => copied.Contains(Invariant($"bias_{block.Quadrant}"))), "a bias block is never copied to the device");
        Require(program.Inputs.All(block => copied.Contains(Invariant($"input_{block.Number}"))), "an input block is never copied to the device");
        Require(program.KernelBlocks.Select(block => block.Processor).Distinct().Count() == program.KernelBlocks.Length, "two kernel blocks have the same processor");
        Require(program.KernelBlocks.All(block => copied.Contains(Invariant($"kernels_{block.Processor}"))), "a kernel block is never copied to the device");
        Require(program.KnownAnswer.All(record => record.Address != 0 && !record.Words.IsEmpty), "a record of the known answer has address 0 or no words");
    }

    private static void CheckCopy(AcceleratorProgram program, string function, ProgramAccess access)
    {
        int? length = access.Operation switch
        {
            AccessOperation.CopyWords or AccessOperation.WriteNext => Words(program, access.SourceName)?.Length,
            AccessOperation.CopyBytesToWords => program.Biases.FirstOrDefault(block => Invariant($"bias_{block.Quadrant}") == access.SourceName)?.Bytes.Length,
            AccessOperation.KernelStream or AccessOperation.PlainKernelStream => program.Kernels.Length,
            _ => access.Count,
        };
        Require(length is not null, $"{function} copies from '{access.SourceName}', which does not exist");
        int least = access.Operation == AccessOperation.EndLoop ? 0 : 1;
        Require(access.Count >= least && access.Count <= length, Invariant($"{function} copies {access.Count} values from '{access.SourceName}', which has {length}"));
        bool busAccess = access.Operation is not (AccessOperation.KernelStream or AccessOperation.PlainKernelStream or AccessOperation.Update or AccessOperation.Loop or AccessOperation.EndLoop) && access.Target is null;
        uint alignment = access.Operation == AccessOperation.WriteByte ? 1u : 4u;
        Require(!busAccess || (access.Address != 0 && access.Address % alignment == 0), Invariant($"{function}: {access.Operation} to address 0x{access.Address:x8}, which is no word address"));
    }

    private static ImmutableArray<uint>? Words(AcceleratorProgram program, string? name) =>
        program.Inputs.FirstOrDefault(block => Invariant($"input_{block.Number}") == name)?.Words
        ?? program.KernelBlocks.FirstOrDefault(block => Invariant($"kernels_{block.Processor}") == name)?.Words;

    private static void CheckUnload(ProjectFacts facts)
    {
        UnloadPlan plan = facts.Unload;
        Require(plan.OutputCount >= 1, "there are no outputs");
        Require(!facts.Softmax || plan.OutputCount <= ushort.MaxValue, Invariant($"the soft-max takes at most {ushort.MaxValue} values, not {plan.OutputCount}"));
        Require(facts.SoftmaxShift is >= 0 and < 32, Invariant($"the soft-max cannot shift by {facts.SoftmaxShift} bits"));
        long room = plan.ByteMode ? (plan.OutputCount + 3L) / 4 * 4 : plan.OutputCount;
        long written = 0;
        foreach (UnloadBlock block in plan.Blocks)
        {
            string where = Invariant($"unload block at 0x{block.Address:x8}");
            Require(block is { Pixels: >= 1, StepWords: >= 1, OutputOffset: >= 0, PlaneStep: >= 1 } && block.Address != 0 && block.Address % 4 == 0, $"{where}: sizes and steps must be positive and the address that of a word");
            Require(!block.Lanes.IsEmpty && block.Lanes.All(lane => lane is >= 0 and <= 3) && block.Lanes.Zip(block.Lanes.Skip(1)).All(pair => pair.First < pair.Second), $"{where}: lanes must be ascending numbers from 0 to 3");
            long end = block.OutputOffset + (plan.ByteMode ? (block.Lanes.Length - 1L) * block.PlaneStep + block.Pixels : (long)block.Lanes.Length * block.Pixels);
            Require(end <= room, Invariant($"{where}: ends at {end} of a buffer of {room}"));
            if (plan.ByteMode) continue;
            Require(block.OutputOffset == written, Invariant($"{where}: words are appended, but the block goes to {block.OutputOffset} after {written} words"));
            Require(block.Pixels == 1 || block.StepWords > block.Lanes[^1], $"{where}: the step is shorter than the group of lanes");
            written = end;
        }
    }

    private static void Require(bool holds, string broken)
    {
        if (!holds) throw new ArgumentException($"The program cannot be written as a C project: {broken}.");
    }
}

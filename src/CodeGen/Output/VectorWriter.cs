// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Ai8x.CodeGen.Output;

/// <summary>Writes a program as plain lists of accesses and words, the form in which test vectors are compared.</summary>
public static class VectorWriter
{
    private const int WordsPerLine = 8;
    private const int BytesPerLine = 16;

    /// <summary>
    /// Writes <c>program.csv</c>, <c>kernels.txt</c>, <c>bias_G.txt</c>, <c>input_N.txt</c>, <c>output.txt</c>, <c>unload.csv</c> and, with a
    /// soft-max, <c>softmax.txt</c>. Each file appears whole or not at all.
    /// </summary>
    /// <param name="network">The synthesized network.</param>
    /// <param name="folder">The target folder; it is made if need be.</param>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public static void Write(SynthesizedNetwork network, string folder) => AtomicFolder.Write(folder, Files(network));

    /// <summary>The files without writing them.</summary>
    /// <param name="network">The synthesized network.</param>
    /// <returns>File names and texts; lines end in a line feed.</returns>
    public static ImmutableArray<(string Name, string Text)> Files(SynthesizedNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        AcceleratorProgram program = network.Program;
        List<(string, string)> files = [("program.csv", Program(program)), ("kernels.txt", Kernels(program))];
        foreach (BiasBlock bias in program.Biases) files.Add((Text($"bias_{bias.Quadrant}.txt"), Lines(bias.Bytes.Select(b => Text($"{b:x2}")), BytesPerLine)));
        foreach (InputBlock input in program.Inputs)
        {
            files.Add((Text($"input_{input.Number}.txt"), Text($"@ 0x{input.Address:x8} {(input.IsFifo ? "fifo" : "memory")} {input.Words.Length}\n") + Words(input.Words)));
        }

        files.Add(("output.txt", Words([.. program.KnownAnswer.SelectMany(r => (uint[])[r.Address, r.Mask, (uint)r.Words.Length, .. r.Words]), 0])));
        files.Add(("unload.csv", Unload(network.Unload)));
        if (!network.Softmax.IsEmpty) files.Add(("softmax.txt", Lines(network.Softmax.Select(value => Text($"{value}")), 1)));
        return [.. files];
    }

    private static string Kernels(AcceleratorProgram program) => program.KernelBlocks.IsEmpty
        ? Words(program.Kernels)
        : string.Concat(program.KernelBlocks.Select(block => Text($"# kernels_{block.Processor} {block.Words.Length}\n") + Words(block.Words)));

    private static string Program(AcceleratorProgram program)
    {
        StringBuilder text = new("function,op,width,address,value,register,count\n");
        foreach (ProgramFunction function in program.Functions)
        {
            foreach (ProgramAccess access in function.Accesses) text.Append(CultureInfo.InvariantCulture, $"{function.Name},{Row(access)}\n");
        }

        return text.ToString();
    }

    private static string Row(ProgramAccess access)
    {
        if (access.Operation == AccessOperation.Loop) return Text($"loop,,,,,{access.Count}");
        if (access.Operation == AccessOperation.EndLoop) return "endloop,,,,,";
        bool stream = access.Operation is AccessOperation.KernelStream or AccessOperation.PlainKernelStream;
        string address = access.Target ?? (stream ? "" : Text($"0x{access.Address:x8}"));
        string label = access.Label.Contains(',', StringComparison.Ordinal) ? $"\"{access.Label}\"" : access.Label;
        return Text($"{Operation(access.Operation)},{(access.Operation == AccessOperation.WriteByte ? 8 : 32)},{address},{Value(access)},{label},{access.Count}");
    }

    private static string Operation(AccessOperation operation) => operation switch
    {
        AccessOperation.Write or AccessOperation.WriteByte or AccessOperation.WriteNext => "=",
        AccessOperation.SetBits => "|=",
        AccessOperation.KeepBits => "&=",
        AccessOperation.CopyWords => "memcpy32",
        AccessOperation.CopyBytesToWords => "memcpy_8to32",
        AccessOperation.KernelStream => "kernel_stream",
        AccessOperation.PlainKernelStream => "kernel_stream_plain",
        AccessOperation.FillZero => "fill_zero",
        AccessOperation.Wait => "wait",
        AccessOperation.Check => "check",
        AccessOperation.Read => "read",
        AccessOperation.Update => "update",
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    private static string Value(ProgramAccess access) => access.Operation switch
    {
        AccessOperation.Wait => Text($"mask 0x{access.Mask:x8} until == 0x{access.Value:x8}"),
        AccessOperation.Check => Text($"mask 0x{access.Mask:x8} == 0x{access.Value:x8}"),
        AccessOperation.WriteByte => Text($"0x{access.Value:x2}"),
        AccessOperation.WriteNext => access.SourceName + ".txt[next]",
        AccessOperation.Read or AccessOperation.Update => access.SourceName!,
        AccessOperation.CopyWords when access.SourceName!.StartsWith("kernels_", StringComparison.Ordinal) => "kernels.txt#" + access.SourceName,
        _ => access.SourceName is string block ? block + ".txt" : Text($"0x{access.Value:x8}"),
    };

    private static string Unload(UnloadPlan plan)
    {
        StringBuilder text = new("out_byte,count,source_address,source_step\n");
        foreach (UnloadRun run in UnloadTrace.Of(plan))
        {
            text.Append(CultureInfo.InvariantCulture, $"{run.OutputByte},{run.Count},0x{run.SourceAddress:x8},{run.SourceStep}\n");
        }

        return text.ToString();
    }

    private static string Words(ImmutableArray<uint> words) => Lines(words.Select(word => Text($"{word:x8}")), WordsPerLine);

    private static string Lines(IEnumerable<string> items, int perLine) =>
        string.Concat(items.Chunk(perLine).Select(line => string.Join(' ', line) + "\n"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

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
        List<(string, string)> files = [("program.csv", Program(program)), ("kernels.txt", Words(program.Kernels))];
        foreach (BiasBlock bias in program.Biases) files.Add((Text($"bias_{bias.Quadrant}.txt"), Lines(bias.Bytes.Select(b => Text($"{b:x2}")), BytesPerLine)));
        foreach (InputBlock input in program.Inputs)
        {
            files.Add((Text($"input_{input.Number}.txt"), Text($"@ 0x{input.Address:x8} memory {input.Words.Length}\n") + Words(input.Words)));
        }

        files.Add(("output.txt", Words([.. program.KnownAnswer.SelectMany(r => (uint[])[r.Address, r.Mask, (uint)r.Words.Length, .. r.Words]), 0])));
        files.Add(("unload.csv", Unload(network.Unload)));
        if (!network.Softmax.IsEmpty) files.Add(("softmax.txt", Lines(network.Softmax.Select(value => Text($"{value}")), 1)));
        return [.. files];
    }

    private static string Program(AcceleratorProgram program)
    {
        StringBuilder text = new("function,op,width,address,value,register,count\n");
        foreach (ProgramFunction function in program.Functions)
        {
            foreach (ProgramAccess access in function.Accesses)
            {
                string address = access.Target ?? (access.Operation == AccessOperation.KernelStream ? "" : Text($"0x{access.Address:x8}"));
                text.Append(CultureInfo.InvariantCulture, $"{function.Name},{Operation(access.Operation)},32,{address},{Value(access)},{access.Label},{access.Count}\n");
            }
        }

        return text.ToString();
    }

    private static string Operation(AccessOperation operation) => operation switch
    {
        AccessOperation.Write => "=",
        AccessOperation.SetBits => "|=",
        AccessOperation.KeepBits => "&=",
        AccessOperation.CopyWords => "memcpy32",
        AccessOperation.CopyBytesToWords => "memcpy_8to32",
        AccessOperation.KernelStream => "kernel_stream",
        AccessOperation.Update => "update",
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    private static string Value(ProgramAccess access) => access.SourceName switch
    {
        null => Text($"0x{access.Value:x8}"),
        string words when access.Operation == AccessOperation.Update => words,
        string block => block + ".txt",
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

// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using static System.FormattableString;

namespace Ai8x.CodeGen.CProject;

/// <summary>The headers that hold nothing but data: weights, sample input and known answer.</summary>
internal static class DataHeaders
{
    public static string Weights(AcceleratorProgram program, ProjectFacts facts)
    {
        var text = new SourceText();
        HeaderComment.Append(text, facts, "bias and kernels");
        foreach (BiasBlock block in program.Biases)
        {
            ArrayMacro.AppendBytes(text, Invariant($"BIAS_{block.Quadrant}"), block.Bytes.AsSpan());
            text.Line();
        }

        if (!program.KernelBlocks.IsEmpty)
        {
            text.Line("// The kernel words of each processor, from its first to its last");
            foreach (KernelBlock block in program.KernelBlocks)
            {
                ArrayMacro.AppendWords(text, Invariant($"KERNELS_{block.Processor}"), block.Words.AsSpan());
                text.Line();
            }

            return text.Finish();
        }

        bool plain = CnnSource.Accesses(program, "cnn_load_weights").Any(access => access.Operation == AccessOperation.PlainKernelStream);
        text.Line(plain
            ? "// Records of address, number of words and words, closed by a zero; four words for each kernel word"
            : "// Records of address, number of words and words, closed by a zero; the words pack 9 bytes for each kernel word");
        ArrayMacro.AppendWords(text, "KERNELS", program.Kernels.AsSpan());
        return text.Finish();
    }

    public static string SampleInput(AcceleratorProgram program, ProjectFacts facts)
    {
        var text = new SourceText();
        HeaderComment.Append(text, facts, "sample input");
        text.Line($"// {CommentText.Clean(facts.InputFormat)}");
        foreach (InputBlock block in program.Inputs)
        {
            text.Line();
            ArrayMacro.AppendWords(text, Invariant($"SAMPLE_INPUT_{block.Number}"), block.Words.AsSpan());
        }

        return text.Finish();
    }

    public static string SampleOutput(AcceleratorProgram program, ProjectFacts facts)
    {
        List<uint> words = [];
        foreach (AnswerRecord record in program.KnownAnswer)
        {
            words.AddRange([record.Address, record.Mask, (uint)record.Words.Length]);
            words.AddRange(record.Words.AsSpan());
        }

        words.Add(0);
        var text = new SourceText();
        HeaderComment.Append(text, facts, "what the sample input must give");
        text.Line("// Records of address, mask, number of words and words, closed by a zero");
        ArrayMacro.AppendWords(text, "SAMPLE_OUTPUT", CollectionsMarshal.AsSpan(words));
        return text.Finish();
    }
}

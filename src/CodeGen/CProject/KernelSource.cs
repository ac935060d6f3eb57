// SPDX-License-Identifier: MIT
using static System.FormattableString;

namespace Ai8x.CodeGen.CProject;

/// <summary>The functions of <c>cnn.c</c> that fill kernel and bias memories (machine.md sections 6.6, 7.5 and 7.6).</summary>
internal static class KernelSource
{
    public static void AppendKernels(SourceText text, AcceleratorProgram program, ProjectFacts facts)
    {
        AppendCopy(text);
        ProgramAccess[] accesses = [.. CnnSource.Accesses(program, "cnn_load_weights")];
        bool stream = accesses.Any(access => access.Operation is AccessOperation.KernelStream or AccessOperation.PlainKernelStream);
        string section = facts.Options.Riscv is { Flash: true } ? " CNN_FLASH" : "";
        foreach (KernelBlock block in program.KernelBlocks) text.Line(Invariant($"static const uint32_t kernels_{block.Processor}[]{section} = KERNELS_{block.Processor};"));
        if (!program.KernelBlocks.IsEmpty) text.Line();
        if (stream) text.Line($"static const uint32_t kernels[]{section} = KERNELS;").Line();

        text.Open("int cnn_load_weights(void)");
        if (stream) AppendStream(text, setsAddress: accesses.Any(access => access.Operation == AccessOperation.KernelStream));
        else if (accesses.Length > 0) AccessStatement.AppendAll(text, "cnn_load_weights", accesses);
        else text.Line("  // No layer of this network has kernels");
        text.CloseWithSuccess();
    }

    public static void AppendBias(SourceText text, AcceleratorProgram program)
    {
        bool bias = CnnSource.Accesses(program, "cnn_load_bias").Any();
        if (bias)
        {
            foreach (BiasBlock block in program.Biases) text.Line(Invariant($"static const uint8_t bias_{block.Quadrant}[] = BIAS_{block.Quadrant};"));
            text.Line();
            text.Line("// Each byte to the low byte of a word");
            text.Open("static void memcpy_8to32(uint32_t *dst, const uint8_t *src, int n)");
            text.Line("  volatile uint32_t *bus = dst;");
            text.Line();
            text.Line("  while (n-- > 0) {");
            text.Line("    *bus++ = *src++;");
            text.Line("  }");
            text.Close();
        }

        text.Open("int cnn_load_bias(void)");
        if (bias) AccessStatement.AppendAll(text, "cnn_load_bias", CnnSource.Accesses(program, "cnn_load_bias"));
        else text.Line("  // No layer of this network has a bias");
        text.CloseWithSuccess();
    }

    private static void AppendCopy(SourceText text)
    {
        text.Line("// One word store for each word, in ascending order: volatile, so that the compiler neither joins nor splits them");
        text.Open("void memcpy32(uint32_t *dst, const uint32_t *src, int n)");
        text.Line("  volatile uint32_t *bus = dst;");
        text.Line();
        text.Line("  while (n-- > 0) {");
        text.Line("    *bus++ = *src++;");
        text.Line("  }");
        text.Close();
    }

    /// <summary>In express mode a byte store sets the address of the packed words; otherwise the words go to their own addresses.</summary>
    private static void AppendStream(SourceText text, bool setsAddress)
    {
        text.Line("  const uint32_t *ptr = kernels;");
        text.Line("  uintptr_t addr;");
        text.Line("  uint32_t len;");
        text.Line();
        text.Line("  while ((addr = *ptr++) != 0) {");
        if (setsAddress) text.Line("    *((volatile uint8_t *) (addr | 1)) = 0x01; // Set address");
        text.Line("    len = *ptr++;");
        text.Line("    memcpy32((uint32_t *) addr, ptr, len);");
        text.Line("    ptr += len;");
        text.Line("  }");
    }
}

// SPDX-License-Identifier: MIT
using static System.FormattableString;

namespace Ai8x.CodeGen.CProject;

/// <summary><c>cnn_unload</c>: the plan of machine.md section 10.3 as loops over blocks of four processors.</summary>
internal static class UnloadSource
{
    private static readonly string[] ByteOfLane = ["val & 0xff", "(val >> 8) & 0xff", "(val >> 16) & 0xff", "(val >> 24) & 0xff"];

    public static void Append(SourceText text, UnloadPlan plan)
    {
        if (plan.ByteMode) AppendBytes(text, plan);
        else AppendWords(text, plan);
    }

    private static void AppendBytes(SourceText text, UnloadPlan plan)
    {
        text.Line("// One byte for each output, channel after channel");
        text.Open("int cnn_unload(uint32_t *out_buf32)");
        text.Line("  uint8_t *out_buf = (uint8_t *) out_buf32;");
        text.Line("  volatile uint32_t *addr;");
        text.Line("  uint32_t offs;");
        text.Line("  uint32_t val;");
        if (plan.Blocks.Any(block => block.Pixels > 1)) text.Line("  int i;");
        foreach (UnloadBlock block in plan.Blocks)
        {
            text.Line();
            AppendPointer(text, block.Address);
            text.Line(Invariant($"  offs = 0x{block.OutputOffset:x4};"));
            string indent = OpenLoop(text, block);
            bool running = block is { Pixels: > 1, StepWords: 1 };
            text.Line(indent + (running ? "val = *addr++;" : "val = *addr;"));
            if (block.Pixels > 1 && !running) AppendAdvance(text, indent, block.StepWords);
            for (int k = 0; k < block.Lanes.Length; k++)
            {
                string place = k == 0 ? "offs" : Invariant($"offs+0x{k * block.PlaneStep:x2}");
                text.Line($"{indent}out_buf[{place}] = {ByteOfLane[block.Lanes[k]]};");
            }

            if (block.Pixels > 1) text.Line(indent + "offs++;").Line("  }");
        }

        text.CloseWithSuccess();
    }

    private static void AppendWords(SourceText text, UnloadPlan plan)
    {
        text.Line("// One word for each output: blocks of four channels, inside a block pixel after pixel");
        text.Open("int cnn_unload(uint32_t *out_buf)");
        text.Line("  volatile uint32_t *addr;");
        if (plan.Blocks.Any(block => block.Pixels > 1)) text.Line("  int i;");
        foreach (UnloadBlock block in plan.Blocks)
        {
            text.Line();
            AppendPointer(text, block.Address);
            string indent = OpenLoop(text, block);
            int position = 0;
            foreach (int lane in block.Lanes)
            {
                AppendAdvance(text, indent, lane - position);
                text.Line(indent + "*out_buf++ = *addr++;");
                position = lane + 1;
            }

            if (block.Pixels > 1)
            {
                AppendAdvance(text, indent, block.StepWords - position);
                text.Line("  }");
            }
        }

        text.CloseWithSuccess();
    }

    private static void AppendPointer(SourceText text, uint address) => text.Line(Invariant($"  addr = (volatile uint32_t *) 0x{address:x8};"));

    private static void AppendAdvance(SourceText text, string indent, int words)
    {
        if (words > 0) text.Line(Invariant($"{indent}addr += 0x{words:x4};"));
    }

    private static string OpenLoop(SourceText text, UnloadBlock block)
    {
        if (block.Pixels == 1) return "  ";
        text.Line(Invariant($"  for (i = 0; i < {block.Pixels}; i++) {{"));
        return "    ";
    }
}

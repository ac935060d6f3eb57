// SPDX-License-Identifier: MIT
using System.Collections.Frozen;
using static System.FormattableString;

namespace Ai8x.CodeGen.CProject;

/// <summary>The C statement of one access (docs/c-project.md, text forms).</summary>
internal static class AccessStatement
{
    private static readonly FrozenDictionary<string, string> SystemRegisters = new Dictionary<string, string>
    {
        ["GCFR.reg0"] = "MXC_GCFR->reg0",
        ["GCFR.reg1"] = "MXC_GCFR->reg1",
        ["GCFR.reg2"] = "MXC_GCFR->reg2",
        ["GCFR.reg3"] = "MXC_GCFR->reg3",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Appends the statements of a function's accesses, loops included; the pointers that they need are declared before.</summary>
    /// <exception cref="ArgumentException">An access has no C form, or loops do not match.</exception>
    public static void AppendAll(SourceText text, string function, IEnumerable<ProgramAccess> accesses)
    {
        bool inside = false;
        foreach (ProgramAccess access in accesses)
        {
            switch (access.Operation)
            {
                case AccessOperation.Loop when !inside:
                    text.Line(Invariant($"  for (i = 0; i < {access.Count}; i++) {{"));
                    inside = true;
                    break;
                case AccessOperation.EndLoop when inside:
                    text.Line("  }");
                    inside = false;
                    break;
                default:
                    Append(text, function, access, inside ? "    " : "  ");
                    break;
            }
        }

        if (inside) throw new ArgumentException($"{function}: a loop has no end.");
    }

    /// <summary>Appends the declarations that the statements of a function rely on: the loop's counter and a pointer into each block that feeds a FIFO.</summary>
    public static void AppendDeclarations(SourceText text, IReadOnlyCollection<ProgramAccess> accesses)
    {
        string[] fed = [.. accesses.Where(access => access.Operation == AccessOperation.WriteNext).Select(access => access.SourceName!).Distinct()];
        foreach (string block in fed) text.Line($"  const uint32_t *{NextOf(block)} = {block};");
        bool counts = accesses.Any(access => access.Operation == AccessOperation.Loop || (access.Operation == AccessOperation.Read && access.Count > 1));
        if (counts) text.Line("  int i;");
        if (fed.Length > 0 || counts) text.Line();
    }

    /// <summary>Appends the statement with its comment.</summary>
    /// <exception cref="ArgumentException">The access has no C form.</exception>
    public static void Append(SourceText text, string function, ProgramAccess access, string indent = "  ")
    {
        string comment = RegisterComment.For(access);
        if (comment.Length > 0) comment = " // " + comment;
        string assignment = access.Operation switch
        {
            AccessOperation.Write => "=",
            AccessOperation.SetBits => "|=",
            AccessOperation.KeepBits => "&=",
            _ => "",
        };
        if (assignment.Length > 0)
        {
            RequireSingle(function, access);
            text.Line(access.Target is null
                ? Invariant($"{indent}{Word(access.Address)} {assignment} 0x{access.Value:x8};{comment}")
                : Invariant($"{indent}{SystemRegister(function, access)} {assignment} 0x{access.Value:x};{comment}"));
            return;
        }

        foreach (string line in Other(function, access, comment)) text.Line(indent + line);
    }

    private static string[] Other(string function, ProgramAccess access, string comment) => access.Operation switch
    {
        AccessOperation.WriteByte => [Invariant($"*((volatile uint8_t *) 0x{access.Address:x8}) = 0x{access.Value:x2};{comment}")],
        AccessOperation.CopyWords => [Invariant($"memcpy32((uint32_t *) 0x{access.Address:x8}, {access.SourceName}, {access.Count});{comment}")],
        AccessOperation.CopyBytesToWords => [Invariant($"memcpy_8to32((uint32_t *) 0x{access.Address:x8}, {access.SourceName}, sizeof(uint8_t) * {access.Count});{comment}")],
        AccessOperation.FillZero => [Invariant($"memset32((uint32_t *) 0x{access.Address:x8}, 0, {access.Count});{comment}")],
        AccessOperation.WriteNext => [Invariant($"{Word(access.Address)} = *{NextOf(access.SourceName!)}++;{comment}")],
        AccessOperation.Wait => [Invariant($"while (({Word(access.Address)} & 0x{access.Mask:x8}) != 0x{access.Value:x8});{comment}")],
        AccessOperation.Check => [Invariant($"if (({Word(access.Address)} & 0x{access.Mask:x8}) != 0x{access.Value:x8}) return CNN_FAIL;{comment}")],
        AccessOperation.Read => Read(access, comment),
        AccessOperation.Update when access.Target == "GCR.pclkdiv" && function == "cnn_enable" =>
        [
            "MXC_GCR->pclkdiv = (MXC_GCR->pclkdiv & ~(MXC_F_GCR_PCLKDIV_CNNCLKDIV | MXC_F_GCR_PCLKDIV_CNNCLKSEL))",
            "                   | clock_divider | clock_source;" + comment,
        ],
        _ => throw new ArgumentException(Invariant($"{function}: {access.Operation} of {access.Target ?? "a memory"} has no form in the C project. Only cnn_enable updates GCR.pclkdiv, only cnn_load_weights walks the kernel stream, and loops do not nest.")),
    };

    private static string[] Read(ProgramAccess access, string comment)
    {
        if (access.SourceName == "discard") return [.. Enumerable.Repeat($"(void) {Word(access.Address)};{comment}", access.Count)];
        string read = $"*out_buf++ = {Word(access.Address)};{comment}";
        return access.Count == 1 ? [read] : [Invariant($"for (i = 0; i < {access.Count}; i++) {{"), "  " + read, "}"];
    }

    private static string Word(uint address) => Invariant($"*((volatile uint32_t *) 0x{address:x8})");

    private static string NextOf(string block) => "next_" + block;

    private static void RequireSingle(string function, ProgramAccess access)
    {
        if (access.Count != 1) throw new ArgumentException(Invariant($"{function}: {access.Operation} at 0x{access.Address:x8} has count {access.Count}; a register access is a single one."));
    }

    private static string SystemRegister(string function, ProgramAccess access) =>
        SystemRegisters.TryGetValue(access.Target!, out string? name)
            ? name
            : throw new ArgumentException($"{function}: system register '{access.Target}' has no form in the C project; known are {string.Join(", ", SystemRegisters.Keys.Order(StringComparer.Ordinal))}.");
}

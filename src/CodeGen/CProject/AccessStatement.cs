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

    /// <summary>Appends the statement with its comment, indented by two spaces.</summary>
    /// <exception cref="ArgumentException">The access has no C form.</exception>
    public static void Append(SourceText text, string function, ProgramAccess access)
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
                ? Invariant($"  *((volatile uint32_t *) 0x{access.Address:x8}) {assignment} 0x{access.Value:x8};{comment}")
                : Invariant($"  {SystemRegister(function, access)} {assignment} 0x{access.Value:x};{comment}"));
            return;
        }

        switch (access.Operation)
        {
            case AccessOperation.CopyWords:
                text.Line(Invariant($"  memcpy32((uint32_t *) 0x{access.Address:x8}, {access.SourceName}, {access.Count});{comment}"));
                break;
            case AccessOperation.CopyBytesToWords:
                text.Line(Invariant($"  memcpy_8to32((uint32_t *) 0x{access.Address:x8}, {access.SourceName}, sizeof(uint8_t) * {access.Count});{comment}"));
                break;
            case AccessOperation.Update when access.Target == "GCR.pclkdiv" && function == "cnn_enable":
                text.Line("  MXC_GCR->pclkdiv = (MXC_GCR->pclkdiv & ~(MXC_F_GCR_PCLKDIV_CNNCLKDIV | MXC_F_GCR_PCLKDIV_CNNCLKSEL))");
                text.Line("                     | clock_divider | clock_source;" + comment);
                break;
            default:
                throw new ArgumentException(Invariant($"{function}: {access.Operation} of {access.Target ?? "a memory"} has no form in the C project. Only cnn_enable updates GCR.pclkdiv, only cnn_load_weights walks the kernel stream."));
        }
    }

    private static void RequireSingle(string function, ProgramAccess access)
    {
        if (access.Count != 1) throw new ArgumentException(Invariant($"{function}: {access.Operation} at 0x{access.Address:x8} has count {access.Count}; a register access is a single one."));
    }

    private static string SystemRegister(string function, ProgramAccess access) =>
        SystemRegisters.TryGetValue(access.Target!, out string? name)
            ? name
            : throw new ArgumentException($"{function}: system register '{access.Target}' has no form in the C project; known are {string.Join(", ", SystemRegisters.Keys.Order(StringComparer.Ordinal))}.");
}

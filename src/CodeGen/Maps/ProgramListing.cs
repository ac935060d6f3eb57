// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.CProject;
using static System.FormattableString;

namespace Ai8x.CodeGen.Maps;

/// <summary>A program printed: every access with its function, layer, register and fields.</summary>
public static class ProgramListing
{
    /// <summary>Prints a program.</summary>
    /// <param name="program">The program.</param>
    /// <returns>One line for each access, in the order of the source.</returns>
    public static ImmutableArray<string> Of(AcceleratorProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return [.. program.Functions.SelectMany(function => function.Accesses.Select(access => Line(function.Name, access)))];
    }

    private static string Line(string function, ProgramAccess access)
    {
        string place = access.Target ?? (access.Address == 0 ? "-" : Invariant($"0x{access.Address:x8}"));
        string value = access.SourceName ?? Invariant($"0x{access.Value:x8}");
        string count = access.Count > 1 ? Invariant($" x {access.Count}") : "";
        string layer = access.Layer >= 0 ? Invariant($"layer {access.Layer}") : "";
        string rule = access.Rule.Length == 0 ? "" : $"  [machine.md {access.Rule}]";
        return $"{function,-16} {layer,-8} {access.Operation,-16} {place} {value}{count}  {RegisterComment.For(access)}{rule}".TrimEnd();
    }
}

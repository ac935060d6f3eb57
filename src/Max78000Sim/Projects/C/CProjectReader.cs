// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>
/// Reads a C project (docs/c-project.md, machine.md section 16): <c>cnn.c</c> and <c>main.c</c> with the headers they include. The functions are executed as C, with the
/// accelerator as the only thing that is not known; what the reader does not understand is an error with file and line.
/// </summary>
public static partial class CProjectReader
{
    internal const string MainFile = "main.c";
    private const string NetworkFile = "cnn.c";
    private const string AnswerArray = "sample_output";
    private const int MaximumLayers = 32;
    private const int MaximumNameLength = 200;

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">Path of the folder.</param>
    /// <exception cref="ProjectFormatException">A file is missing, too large, or not understood.</exception>
    public static LoadedProject Read(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var program = new CProgram();
        var network = new CPreprocessor(folder);
        program.Add(CParser.Parse(network.Run(NetworkFile)));
        program.Add(CParser.Parse(new CPreprocessor(folder).Run(MainFile)));
        new CallRules(program).Check();
        ProgramFunction? acknowledge = program.Functions.ContainsKey("CNN_ISR") ? program.Record("CNN_ISR") : null;
        return new LoadedProject(
            [.. LoadedProject.CallOrder.Where(n => n != "cnn_enable" || program.Functions.ContainsKey(n)).Select(program.Record)],
            acknowledge,
            KnownAnswer(program),
            LayerNames(network.Comments),
            program.Functions.ContainsKey("cnn_unload") ? program.RecordUnload("cnn_unload") : null);
    }

    /// <summary>What <c>check_output</c> compares; if the words stand in an array, the two must agree.</summary>
    private static ImmutableArray<KnownAnswerRecord> KnownAnswer(CProgram program)
    {
        if (!program.Functions.TryGetValue("check_output", out CFunction? check))
            return [];
        ProgramFunction function = program.Record("check_output");
        if (function.Operations.Any(o => o.Kind != BusOperationKind.Check))
            throw check.At.Error("check_output does more than compare");
        if (!program.Globals.TryGetValue(AnswerArray, out CVariable? variable) || variable.Array is null)
            return Join(function.Operations);
        ImmutableArray<KnownAnswerRecord> records = KnownAnswerStream.Parse([.. variable.Array.Values.Select(v => (uint)v)], "sampleoutput.h");
        IEnumerable<(uint, uint, uint)> listed = records.SelectMany(r => r.Words.Select((w, i) => (r.Address + 4 * (uint)i, r.Mask, w)));
        if (!listed.SequenceEqual(function.Operations.Select(o => (o.Address, o.Mask, o.Value))))
            throw check.At.Error($"check_output does not compare the words that {AnswerArray} lists");
        return records;
    }

    private static ImmutableArray<KnownAnswerRecord> Join(ImmutableArray<BusOperation> checks)
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

// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.CProject;
using Ai8x.CodeGen.Output;

namespace Ai8x.CodeGen;

/// <summary>
/// Writes an accelerator program as a C project for the MAX78000 SDK (docs/c-project.md, machine.md section 16). It decides nothing:
/// every value comes from the program and the facts, the same ones give the same bytes on every machine.
/// </summary>
public static class CProjectWriter
{
    /// <summary>Files that only projects with some options have. One of an earlier generation with other options would be taken for this one's.</summary>
    private static readonly string[] OptionalFiles = ["main_riscv.c", "Makefile.RISCV", "Makefile.ARM", "project.mk", "sampleoutput.h"];

    /// <summary>
    /// Writes the project. Readers see no file half written; where the project exists already its files are replaced, those that it does not have with these options are
    /// removed, and files of others stay.
    /// </summary>
    /// <param name="program">The program.</param>
    /// <param name="facts">What the project says about itself; <see cref="ProjectFacts.Name"/> names the folder.</param>
    /// <param name="parentFolder">Folder that holds the project; it is made where it does not exist.</param>
    /// <returns>Full path of the project's folder.</returns>
    /// <exception cref="ProjectNameException">The project's name is no plain folder name.</exception>
    /// <exception cref="ArgumentException">The program has no form in the C project.</exception>
    /// <exception cref="IOException">The folder cannot be written; nothing is left behind.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written; nothing is left behind.</exception>
    public static string Write(AcceleratorProgram program, ProjectFacts facts, string parentFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(parentFolder);
        IReadOnlyList<(string Name, string Text)> files = Files(program, facts);
        string folder = AtomicFolder.Write(parentFolder, facts.Name, files);
        foreach (string stale in OptionalFiles.Where(name => files.All(file => file.Name != name))) File.Delete(Path.Combine(folder, stale));
        return folder;
    }

    /// <summary>The project's files as text: ASCII, lines end in a line feed.</summary>
    /// <param name="program">The program.</param>
    /// <param name="facts">What the project says about itself.</param>
    /// <returns>File names without folder, and their content.</returns>
    /// <exception cref="ProjectNameException">The project's name is no plain folder name.</exception>
    /// <exception cref="ArgumentException">The program has no form in the C project.</exception>
    public static IReadOnlyList<(string Name, string Text)> Files(AcceleratorProgram program, ProjectFacts facts)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(facts);
        ProjectName.Check(facts.Name);
        ProgramCheck.Check(program, facts);
        List<(string Name, string Text)> files =
        [
            ("cnn.c", CnnSource.Make(program, facts)),
            ("cnn.h", CnnHeader.Make(facts)),
            ("weights.h", DataHeaders.Weights(program, facts)),
            ("sampledata.h", DataHeaders.SampleInput(program, facts)),
        ];
        if (facts.Options.KnownAnswer) files.Add(("sampleoutput.h", DataHeaders.SampleOutput(program, facts)));
        string main = MainSource.Make(program, facts), softmax = SoftmaxSource.Make(facts);
        if (facts.Options.Riscv is { } riscv)
        {
            return [.. files, ("main_riscv.c", main), ("main.c", RiscvBootSource.Make(facts, riscv)), ("softmax.c", softmax), .. BuildFiles.Riscv(facts)];
        }

        return [.. files, ("main.c", main), ("softmax.c", softmax), ("Makefile", BuildFiles.Makefile(facts)), ("project.mk", BuildFiles.ProjectSettings(facts))];
    }
}

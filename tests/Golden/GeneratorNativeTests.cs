// SPDX-License-Identifier: MIT
using Ai8x.Acceptance.Native;
using Ai8x.CodeGen;

namespace Ai8x.Golden;

/// <summary>
/// The C projects of the reference's networks compile without a warning for this machine and for the chip's core, and run natively. Without
/// AI8X_SLOW=1 a fixed share of them; with it all.
/// </summary>
public sealed class GeneratorNativeTests
{
    private const int Share = 12;

    private static readonly bool Slow = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1";

    // Unloading by the accelerator and halting it need a live accelerator, not a recording.
    private static readonly string[] NeedLiveDevice = ["--mlator", "--stop-start"];

    public static TheoryData<string> Compiled() => Some([.. Names("tf-models"), .. Names("ops")], Slow ? int.MaxValue : Share);

    /// <summary>The six models and twenty of the others; without AI8X_SLOW two and four.</summary>
    public static TheoryData<string> Run()
    {
        string[] others = [.. Names("ops").Where(name => !NeedLiveDevice.Any(GeneratorCase.Open(name).Has))];
        return [.. new[] { Some(Names("tf-models"), Slow ? 6 : 2), Some(others, Slow ? 20 : 4) }.SelectMany(part => part).Select(row => row.Data)];
    }

    [Theory]
    [MemberData(nameof(Compiled))]
    public void CProject_CompilesForThisMachineAndForTheChip(string name)
    {
        Assert.SkipWhen(name.Length == 0, "The reference vectors (../shared/golden) are not there.");
        Assert.SkipUnless(NativeProject.Has("gcc") && NativeProject.Has("arm-none-eabi-gcc"), "The compilers are not installed.");
        WithProject(name, project =>
        {
            NativeProject.CompileOnly(Repository(), project, "gcc", "-O1");
            NativeProject.CompileOnly(Repository(), project, "arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-O2");
        });
    }

    [Theory]
    [MemberData(nameof(Run))]
    public void CProject_RunNatively_FindsItsKnownAnswer(string name)
    {
        Assert.SkipWhen(name.Length == 0, "The reference vectors (../shared/golden) are not there.");
        Assert.SkipUnless(NativeProject.CanRun, "The recorder steps over x86-64 instructions on Linux, and gcc compiles the project.");
        WithProject(name, project =>
        {
            (int code, string output) = NativeProject.Run(Repository(), project);
            Assert.True(code == 0, output);
            Assert.Contains("*** PASS ***", output, StringComparison.Ordinal);
        });
    }

    private static void WithProject(string name, Action<string> check)
    {
        GeneratorCase reference = GeneratorCase.Open(name);
        SynthesizedNetwork network = reference.Synthesize();
        string folder = Directory.CreateTempSubdirectory("ai8x-native-").FullName;
        try
        {
            check(CProjectWriter.Write(network.Program, reference.ProjectFacts(network), folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string[] Names(string group) => GeneratorCase.Names(group);

    /// <summary>Evenly spread over the list, the same every time.</summary>
    private static TheoryData<string> Some(string[] names, int count) => names.Length == 0
        ? [""]
        : [.. Enumerable.Range(0, Math.Min(count, names.Length)).Select(i => names[(int)((long)i * names.Length / Math.Min(count, names.Length))])];

    private static string Repository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests must run from inside the repository.");
    }
}

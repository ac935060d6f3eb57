// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Runtime.InteropServices;
using Ai8x.CodeGen;

namespace Ai8x.CodeGen.Tests.CProject;

/// <summary>A project in a temporary folder, compiled against the stand-in SDK.</summary>
internal sealed class NativeBuild : IDisposable
{
    public static readonly string[] Strict = ["-Wall", "-Wextra", "-Werror"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cproject");

    public NativeBuild(AcceleratorProgram program, ProjectFacts facts)
    {
        Project = CProjectWriter.Write(program, facts, _folder.FullName);
    }

    public string Project { get; }

    private static string Root { get; } = FindRoot();

    /// <summary>Programs run at the accelerator's addresses, which is arranged for one system only.</summary>
    public static void SkipUnlessNativeRuns()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "Native runs need Linux on x64.");
        SkipUnlessThere("gcc");
    }

    public static void SkipUnlessThere(string compiler)
    {
        bool there = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, compiler)));
        Assert.SkipUnless(there, $"{compiler} is not installed.");
    }

    public static string Harness(string file) => Path.Combine(Root, "tests", "CodeGen.Tests", "CProject", "Native", file);

    public static string StandIn(string file = "") => Path.Combine(Root, "tests", "StandInSdk", file);

    /// <summary>Compiles with all warnings as errors.</summary>
    public void Compile(string compiler, params string[] arguments)
    {
        (int code, string output) = Start(compiler, "", [.. Strict, "-I" + StandIn(), "-I" + Project, .. arguments]);
        Assert.True(code == 0, $"{compiler} {string.Join(' ', arguments)}:\n{output}");
    }

    /// <summary>Runs the program made by <c>-o program</c>.</summary>
    public (int Code, string Output) Run(string input = "") => Start(Path.Combine(Project, "program"), input);

    public void WriteMemory(Dictionary<uint, uint> memory)
    {
        using var writer = new BinaryWriter(File.Create(Path.Combine(Project, "memory.bin")));
        foreach ((uint address, uint value) in memory)
        {
            writer.Write(address);
            writer.Write(value);
        }
    }

    public Dictionary<uint, uint> ReadStores()
    {
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(File.ReadAllBytes(Path.Combine(Project, "stores.bin")));
        var stores = new Dictionary<uint, uint>();
        for (int i = 0; i < words.Length; i += 2) stores.Add(words[i], words[i + 1]);
        return stores;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private (int Code, string Output) Start(string program, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Project, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        Assert.True(process.WaitForExit(30_000), program + " does not end.");
        return (process.ExitCode, output.Result + errors.Result);
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests must run from inside the repository.");
    }
}

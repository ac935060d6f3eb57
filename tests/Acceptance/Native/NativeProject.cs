// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Ai8x.Device;
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim;

namespace Ai8x.Acceptance.Native;

/// <summary>
/// Compiles a generated project without the SDK, and runs it on this machine: its stores are recorded, played into the simulator, and the program's
/// own check decides about the memory that the simulator returns. Shared by several test projects.
/// </summary>
internal static class NativeProject
{
    private static readonly string[] Strict = ["-Wall", "-Wextra", "-Werror"];

    /// <summary>Whether this machine can run recorded programs.</summary>
    public static bool CanRun => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64 && Has("gcc");

    public static bool Has(string compiler) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, compiler)));

    /// <summary>Compiles every C file of a project into objects.</summary>
    public static void CompileOnly(string repository, string project, string compiler, params string[] arguments) =>
        Compile(repository, project, compiler, [.. arguments, "-c", .. Sources(project)]);

    /// <summary>Runs a project.</summary>
    /// <param name="repository">Root of the repository.</param>
    /// <param name="project">Folder of the project; intermediate files go there.</param>
    /// <param name="spoil">Changes a word of the simulated memory before the program sees it.</param>
    /// <returns>The program's exit code and what it printed.</returns>
    public static (int Code, string Output) Run(string repository, string project, Func<uint, uint, uint>? spoil = null)
    {
        // The half of a RISC-V project that boots the other core is no program of its own here.
        string[] sources = [.. Sources(project).Where(file => file != "main.c" || !File.Exists(Path.Combine(project, "main_riscv.c")))];
        Compile(repository, project, "gcc",
        [
            "-O1", "-fno-tree-vectorize", "-fno-builtin", "-fno-tree-loop-distribute-patterns", "-o", "program", .. sources,
            Path.Combine(repository, "tests", "StandInSdk", "standin.c"), Path.Combine(repository, "tests", "Acceptance", "Native", "bus_recorder.c"),
        ]);
        using Process program = Start(Path.Combine(project, "program"), project, []);
        Task<string> error = program.StandardError.ReadToEndAsync();
        int? stores = StoresUntilSleep(program, out string printed);
        if (stores is not int count) return (program.WaitForExit(10_000) ? program.ExitCode : -1, printed + error.Result);
        HandOver(project, count, spoil);
        program.StandardInput.WriteLine();
        program.StandardInput.Flush();
        printed += program.StandardOutput.ReadToEnd();
        if (!program.WaitForExit(60_000)) throw new TimeoutException("The program does not end.");
        return (program.ExitCode, printed + error.Result);
    }

    private static string[] Sources(string project) => [.. Directory.EnumerateFiles(project, "*.c").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private static void Compile(string repository, string project, string compiler, string[] arguments)
    {
        using Process process = Start(compiler, project, [.. Strict, "-I", Path.Combine(repository, "tests", "StandInSdk"), "-I", ".", .. arguments]);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) Assert.Fail($"{compiler} {string.Join(' ', arguments)}:\n{output}{error.Result}");
    }

    private static int? StoresUntilSleep(Process program, out string printed)
    {
        printed = "";
        while (program.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith("SLEEP ", StringComparison.Ordinal)) return int.Parse(line[6..], CultureInfo.InvariantCulture);
            printed += line + "\n";
        }

        return null;
    }

    private static void HandOver(string project, int count, Func<uint, uint, uint>? spoil)
    {
        byte[] recording = File.ReadAllBytes(Path.Combine(project, "bus.bin"));
        Assert.Equal(12 * count, recording.Length);
        var accelerator = new Accelerator();
        foreach (Store store in MemoryMarshal.Cast<byte, Store>(recording))
        {
            WaitForRoom(accelerator, store.Address);
            accelerator.Write(new BusWrite(store.Address, store.Value, (BusWidth)store.Width));
        }

        Assert.True(accelerator.WaitForCompletion(), "The inference does not end.");
        Assert.Equal(1, accelerator.Inferences);
        using var file = new BinaryWriter(File.Create(Path.Combine(project, "memory.bin")));
        foreach (uint address in DataAddresses().Where(accelerator.IsWritten))
        {
            uint value = accelerator.Read32(address);
            file.Write(address);
            file.Write(spoil?.Invoke(address, value) ?? value);
        }
    }

    /// <summary>The program polled the status of a FIFO in this machine's memory, which is never full; here the FIFO is polled that may be.</summary>
    private static void WaitForRoom(Accelerator accelerator, uint address)
    {
        const int Patience = 1_000_000;
        (uint status, uint full) = address switch
        {
            MemoryMap.FastFifoData => (MemoryMap.FastFifoStatus, 2u),
            >= MemoryMap.FifoData and < MemoryMap.FifoData + 4 * MemoryMap.Quadrants => (MemoryMap.FifoStatus, 1u << (int)(address - MemoryMap.FifoData) / 4),
            _ => (0u, 0u),
        };
        for (int polls = 0; full != 0 && (accelerator.Read32(status) & full) != 0; polls++) Assert.True(polls < Patience, $"The FIFO at 0x{address:x8} stays full.");
    }

    private static IEnumerable<uint> DataAddresses()
    {
        for (int instance = 0; instance < MemoryMap.DataInstances; instance++)
        {
            uint start = MemoryMap.DataMemory
                + (uint)(instance / MemoryMap.InstancesPerQuadrant) * MemoryMap.QuadrantStride
                + (uint)(instance % MemoryMap.InstancesPerQuadrant) * MemoryMap.InstanceStride;
            for (uint word = 0; word < MemoryMap.InstanceWords; word++) yield return start + 4 * word;
        }
    }

    private static Process Start(string program, string folder, IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })
        ?? throw new InvalidOperationException($"{program} did not start.");

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Store(uint Address, uint Width, uint Value);
}

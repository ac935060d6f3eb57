// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Ai8x.Device;
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim;

namespace Ai8x.Acceptance;

/// <summary>
/// The generated C itself runs: compiled for this machine, its stores to the accelerator are recorded in order and played into the simulator, and
/// the known-answer check inside the C code decides about the memory that the simulator returns.
/// </summary>
public sealed class NativeRunTests : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void GeneratedProgram_AcceptsItsKnownAnswer_FromTheSimulator() => Assert.Equal(0, Run(spoil: false));

    [Fact]
    public void GeneratedProgram_RejectsAMemoryWithOneWrongBit() => Assert.NotEqual(0, Run(spoil: true));

    private int Run(bool spoil)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "The recorder steps over x86-64 instructions on Linux.");
        Assert.SkipUnless(File.Exists("/usr/bin/gcc"), "gcc is not installed.");
        ChildResult synthesis = _work.Ai8x(
            "synthesize", "--checkpoint-file", "model.onnx", "--config-file", "network.yaml", "--sample-input", "sample.npy", "--prefix", "p", "--test-dir", "out", "--softmax");
        Assert.True(synthesis.ExitCode == 0, synthesis.Error);
        Compile();
        using Process program = ChildProcess.Start(_work["program"], _work.Folder, null, []);
        Task<string> error = program.StandardError.ReadToEndAsync();
        string ready = ReadUntilSleep(program);
        if (!ready.StartsWith("SLEEP ", StringComparison.Ordinal)) Assert.Fail(ready + error.Result);
        HandOver(spoil, int.Parse(ready[6..], CultureInfo.InvariantCulture));
        program.StandardInput.WriteLine();
        program.StandardInput.Flush();
        Assert.True(program.WaitForExit(TimeSpan.FromMinutes(1)));
        return program.ExitCode;
    }

    private void Compile()
    {
        string standIn = Path.Combine(Locations.Repository, "tests", "StandInSdk"), project = _work["out", "p"];
        ChildResult gcc = ChildProcess.Run(
            "gcc", _work.Folder, null,
            "-Wall", "-Wextra", "-Werror", "-O1", "-fno-tree-vectorize", "-fno-builtin", "-fno-tree-loop-distribute-patterns",
            "-I", standIn, "-I", project, "-o", "program",
            Path.Combine(project, "main.c"), Path.Combine(project, "cnn.c"), Path.Combine(project, "softmax.c"),
            Path.Combine(standIn, "standin.c"), Path.Combine(Locations.Repository, "tests", "Acceptance", "Native", "bus_recorder.c"));
        Assert.True(gcc.ExitCode == 0, gcc.Error);
    }

    private static string ReadUntilSleep(Process program)
    {
        while (program.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith("SLEEP ", StringComparison.Ordinal)) return line;
        }

        return "The program ended before it went to sleep. ";
    }

    private void HandOver(bool spoil, int count)
    {
        byte[] recording = File.ReadAllBytes(_work["bus.bin"]);
        Assert.Equal(12 * count, recording.Length);
        Assert.True(count > 10_000, "Weights, input and registers are all stored by the program.");
        var accelerator = new Accelerator();
        foreach (Store store in MemoryMarshal.Cast<byte, Store>(recording)) accelerator.Write(new BusWrite(store.Address, store.Value, (BusWidth)store.Width));
        Assert.Equal(1, accelerator.Inferences);
        using var file = new BinaryWriter(File.Create(_work["memory.bin"]));
        foreach (uint address in DataAddresses().Where(accelerator.IsWritten))
        {
            uint value = accelerator.Read32(address);
            bool output = address is >= 0x50401000 and < 0x50401010; // the first four of the ten logits
            file.Write(address);
            file.Write(spoil && output ? value ^ 1 : value);
        }
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

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Store(uint Address, uint Width, uint Value);
}

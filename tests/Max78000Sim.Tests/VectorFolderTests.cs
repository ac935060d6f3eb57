// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.Vectors;

namespace Ai8x.Max78000Sim.Tests;

public sealed class VectorFolderTests
{
    private readonly TinyNetwork _network = new(31);
    private readonly sbyte[] _image = TinyNetwork.Image(32);

    [Fact]
    public void Folder_GivesTheBusAccessesOfItsProgram()
    {
        var program = new TinyProgram(_network, _image);
        LoadedProject expected = program.Project(), actual = Load(Files(program));
        foreach (ProgramFunction function in expected.Functions)
            Assert.Equal(function.Operations, actual.Functions.Single(f => f.Name == function.Name).Operations.Select(o => o with { Line = 0 }));
        SimulationResult result = Simulation.Run(actual, cancellation: TestContext.Current.CancellationToken);
        Assert.True(result.Passed);
        Assert.Equal(_network.Run(_image), System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(result.Unloaded).ToArray());
    }

    [Fact]
    public void BlocksOfKernels_AreTheSameAsOneStream()
    {
        var program = new TinyProgram(_network, _image);
        Dictionary<string, string> files = Files(program);
        var blocks = new StringBuilder();
        var rows = new StringBuilder();
        for (int at = 0, n = 0; program.KernelRecords[at] != 0; n++)
        {
            uint address = program.KernelRecords[at++];
            int length = (int)program.KernelRecords[at++];
            blocks.Append(CultureInfo.InvariantCulture, $"# kernels_{n} {length}\n{Words(program.KernelRecords.GetRange(at, length))}");
            rows.Append(CultureInfo.InvariantCulture, $"cnn_load_weights,=,8,0x{address | 1:x8},0x01,Set address,1\n");
            rows.Append(CultureInfo.InvariantCulture, $"cnn_load_weights,memcpy32,32,0x{address:x8},kernels.txt#kernels_{n},,{length}\n");
            at += length;
        }

        files["kernels.txt"] = blocks.ToString();
        files["program.csv"] = files["program.csv"].Replace("cnn_load_weights,kernel_stream,32,,kernels.txt,,1\n", rows.ToString(), StringComparison.Ordinal);
        Assert.Equal(program.Project().Functions[1].Operations, Load(files).Functions[1].Operations.Select(o => o with { Line = 0 }));
    }

    [Fact]
    public void LoopsWaitsAndClearing_AreUnrolled()
    {
        Dictionary<string, string> files = Files(new TinyProgram(_network, _image));
        files["program.csv"] = files["program.csv"].Replace(
            "load_input,memcpy32,32,0x50400000,input_0.txt,,36\n",
            "load_input,fill_zero,32,0x50110000,,,2\nload_input,loop,,,,,2\nload_input,wait,32,0x50000004,mask 0x00000001 until == 0x00000000,\"Wait, \"\"f\"\"\",1\nload_input,=,32,0x50000008,input_0.txt[next],Write,1\nload_input,endloop,,,,,\n",
            StringComparison.Ordinal);
        LoadedProject project = Load(files);
        IEnumerable<BusOperation> input = project.Functions.Single(f => f.Name == "load_input").Operations.Select(o => o with { Line = 0 });
        uint[] words = [.. TinyProgram.MakeInput(_image)];
        Assert.Equal(
            [
                new BusOperation(BusOperationKind.Write, 0x50110000, 0),
                new BusOperation(BusOperationKind.Write, 0x50110004, 0),
                new BusOperation(BusOperationKind.Wait, 0x50000004, 0, 1),
                new BusOperation(BusOperationKind.Write, 0x50000008, words[0]),
                new BusOperation(BusOperationKind.Wait, 0x50000004, 0, 1),
                new BusOperation(BusOperationKind.Write, 0x50000008, words[1]),
            ],
            input);
        // Words for a FIFO come while the accelerator runs, so the row cache is written too late.
        Assert.Equal(
            SimulationFault.AccessWhileRunning,
            Assert.Throws<SimulationException>(() => Simulation.Run(project, cancellation: TestContext.Current.CancellationToken)).Fault);
    }

    [Theory]
    [InlineData("program.csv", "function,op", "funktion,op", "first line")]
    [InlineData("program.csv", ",memcpy32,", ",memcpy33,", "memcpy33")]
    [InlineData("program.csv", "cnn_start,=,32", "cnn_strat,=,32", "cnn_strat")]
    [InlineData("program.csv", "0x50100310", "50100310", "0x…")]
    [InlineData("program.csv", "input_0.txt,,36", "input_0.txt,,37", "36 are there")]
    [InlineData("program.csv", "input_0.txt,,36", "../input_0.txt,,36", "not the name")]
    [InlineData("program.csv", "input_0.txt,,36", "input_9.txt,,36", "missing")]
    [InlineData("program.csv", "input_0.txt,,36", "input_0.txt,,99999999999", "not a number")]
    [InlineData("program.csv", "load_input,memcpy32", "load_input,loop,,,,,2000000000\nload_input,memcpy32", "endloop")]
    [InlineData("program.csv", "CNN_ISR,&=", "\"CNN_ISR,&=", "quotation mark")]
    [InlineData("kernels.txt", "50180000", "5018000g", "hexadecimal")]
    [InlineData("kernels.txt", "50180000 0000000e", "50180000 ffffffff", "cut off")]
    [InlineData("output.txt", "00000003", "00000004", "zero address")]
    [InlineData("output.txt", "00000003", "7fffffff", "cut off")]
    [InlineData("unload.csv", "0,12", "0,999999999", "at most")]
    public void Nonsense_IsAnErrorThatNamesIt(string file, string old, string replacement, string words)
    {
        Dictionary<string, string> files = Files(new TinyProgram(_network, _image));
        Assert.Contains(old, files[file], StringComparison.Ordinal);
        files[file] = files[file].Replace(old, replacement, StringComparison.Ordinal);
        Assert.Contains(words, Assert.Throws<ProjectFormatException>(() => Load(files)).Message, StringComparison.Ordinal);
    }

    internal static LoadedProject Load(Dictionary<string, string> files)
    {
        using var folder = new TemporaryFolder();
        folder.Write(files);
        return VectorFolderReader.Read(folder.Path);
    }

    internal static Dictionary<string, string> Files(TinyProgram program)
    {
        var rows = new StringBuilder("function,op,width,address,value,register,count\nCNN_ISR,&=,32,0x50100000,0xffffeffe,,1\n");
        rows.Append("cnn_load_weights,kernel_stream,32,,kernels.txt,,1\n");
        rows.Append(CultureInfo.InvariantCulture, $"cnn_load_bias,memcpy_8to32,32,0x50108000,bias_0.txt,,{program.Bias.Count}\n");
        foreach ((string function, List<(uint Address, uint Value)> writes) in
            ((string, List<(uint, uint)>)[])[("cnn_init", program.Init), ("cnn_configure", program.Configure), ("cnn_start", program.Start)])
        {
            foreach ((uint address, uint value) in writes)
                rows.Append(CultureInfo.InvariantCulture, $"{function},=,32,0x{address:x8},0x{value:x8},label,1\n");
        }

        rows.Append("cnn_enable,=,32,GCFR.reg3,0x0000000f,Reset,1\n");
        rows.Append(CultureInfo.InvariantCulture, $"load_input,memcpy32,32,0x50400000,input_0.txt,,{program.Input.Count}\n");
        return new Dictionary<string, string>
        {
            ["program.csv"] = rows.ToString(),
            ["kernels.txt"] = Words(program.KernelRecords),
            ["bias_0.txt"] = string.Join(' ', program.Bias.Select(b => $"{b:x2}")) + "\n",
            ["input_0.txt"] = $"@ 0x50400000 memory {program.Input.Count}\n" + Words(program.Input),
            ["output.txt"] = Words(program.Answer),
            ["unload.csv"] = "out_byte,count,source_address,source_step\n0,12,0x50401000,1\n",
        };
    }

    private static string Words(List<uint> words) => string.Concat(words.Chunk(8).Select(c => string.Join(' ', c.Select(w => $"{w:x8}")) + "\n"));
}

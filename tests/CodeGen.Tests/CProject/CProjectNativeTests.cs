// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.CodeGen;

namespace Ai8x.CodeGen.Tests.CProject;

/// <summary>The generated project compiles without a warning and does on a real processor what the program says.</summary>
public sealed class CProjectNativeTests
{
    public static TheoryData<string, bool, bool> Variants => new()
    {
        { nameof(CProjectFixture.Bytes), true, false },
        { nameof(CProjectFixture.Bytes), false, true },
        { nameof(CProjectFixture.SpacedBytes), true, true },
        { nameof(CProjectFixture.Words), false, false },
        { nameof(CProjectFixture.Words), true, true },
        { nameof(CProjectFixture.SpacedWords), true, false },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Project_CompilesForTheTarget_WithoutAWarning(string plan, bool bias, bool softmax)
    {
        NativeBuild.SkipUnlessThere("arm-none-eabi-gcc");
        using NativeBuild build = Build(plan, bias, softmax);
        foreach (string level in (string[])["-O1", "-O2"])
        {
            build.Compile("arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", level, "-c", "cnn.c", "main.c", "softmax.c");
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Project_RunNatively_StoresTheProgramAndFindsTheKnownAnswer(string plan, bool bias, bool softmax)
    {
        NativeBuild.SkipUnlessNativeRuns();
        using NativeBuild build = Build(plan, bias, softmax);
        foreach (string level in (string[])["-O1", "-O2"])
        {
            build.Compile("gcc", level, "-o", "program", "cnn.c", "main.c", "softmax.c", NativeBuild.StandIn("standin.c"), NativeBuild.Harness("plain_bus.c"));
            build.WriteMemory(CProjectFixture.Memory(Plan(plan)));
            (int code, string output) = build.Run();
            Assert.True(code == 0, output);
            Assert.Contains("PASS", output, StringComparison.Ordinal);
            Assert.Equal(softmax, output.Contains('%', StringComparison.Ordinal));
            Assert.Equal(Played(CProjectFixture.Program(Plan(plan), bias, softmax)), build.ReadStores().OrderBy(word => word.Key));
        }
    }

    [Fact]
    public void Project_WithOneWrongBit_ReportsTheWordAndFails()
    {
        NativeBuild.SkipUnlessNativeRuns();
        using NativeBuild build = Build(nameof(CProjectFixture.Words), true, true);
        build.Compile("gcc", "-O1", "-o", "program", "cnn.c", "main.c", "softmax.c", NativeBuild.StandIn("standin.c"), NativeBuild.Harness("plain_bus.c"));
        Dictionary<uint, uint> memory = CProjectFixture.Memory(CProjectFixture.Words);

        memory[0x50409004] ^= 0x8000_0000;
        build.WriteMemory(memory);
        Assert.Equal(0, build.Run().Code);

        memory[0x50409004] ^= 0x0000_8000;
        build.WriteMemory(memory);
        (int code, string output) = build.Run();
        Assert.NotEqual(0, code);
        Assert.Contains("0x50409004", output, StringComparison.Ordinal);
        Assert.Contains("FAIL", output, StringComparison.Ordinal);
        Assert.DoesNotContain("PASS", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(CProjectFixture.Bytes))]
    [InlineData(nameof(CProjectFixture.SpacedBytes))]
    [InlineData(nameof(CProjectFixture.Words))]
    [InlineData(nameof(CProjectFixture.SpacedWords))]
    public void Unload_RunNatively_GathersWhatThePlanSays(string plan)
    {
        NativeBuild.SkipUnlessNativeRuns();
        using NativeBuild build = Build(plan, true, false);
        build.Compile("gcc", "-O2", "-o", "program", "cnn.c", NativeBuild.StandIn("standin.c"), NativeBuild.Harness("plain_bus.c"), NativeBuild.Harness("unload_only.c"));
        Dictionary<uint, uint> memory = CProjectFixture.Memory(Plan(plan));
        build.WriteMemory(memory);
        (int code, string output) = build.Run();
        Assert.Equal(0, code);
        Assert.Equal(Gathered(Plan(plan), memory), output);
    }

    private static UnloadPlan Plan(string name) => name switch
    {
        nameof(CProjectFixture.Bytes) => CProjectFixture.Bytes,
        nameof(CProjectFixture.SpacedBytes) => CProjectFixture.SpacedBytes,
        nameof(CProjectFixture.Words) => CProjectFixture.Words,
        _ => CProjectFixture.SpacedWords,
    };

    private static NativeBuild Build(string plan, bool bias, bool softmax) => new(CProjectFixture.Program(Plan(plan), bias, softmax), CProjectFixture.Facts(Plan(plan), softmax));

    /// <summary>The non-zero words that the program leaves in the device up to the start of the run.</summary>
    private static IEnumerable<KeyValuePair<uint, uint>> Played(AcceleratorProgram program)
    {
        var memory = new SortedDictionary<uint, uint>();
        string[] before = ["cnn_init", "cnn_load_bias", "cnn_configure", "load_input", "cnn_start"];
        foreach (ProgramAccess access in before.SelectMany(name => program.Functions.Single(f => f.Name == name).Accesses))
        {
            if (access.Operation == AccessOperation.Write) memory[access.Address] = access.Value;
        }

        foreach (InputBlock block in program.Inputs)
        {
            for (int i = 0; i < block.Words.Length; i++) memory[block.Address + 4 * (uint)i] = block.Words[i];
        }

        foreach (BiasBlock block in program.Biases)
        {
            for (int i = 0; i < block.Bytes.Length; i++) memory[0x50108000 + (uint)block.Quadrant * 0x400000 + 4 * (uint)i] = block.Bytes[i];
        }

        for (int at = 0; program.Kernels[at] != 0; at += 2 + (int)program.Kernels[at + 1])
        {
            for (int i = 0; i < program.Kernels[at + 1]; i++) memory[program.Kernels[at] + 4 * (uint)i] = program.Kernels[at + 2 + i];
        }

        return memory.Where(word => word.Value != 0);
    }

    private static string Gathered(UnloadPlan plan, Dictionary<uint, uint> memory)
    {
        byte[] buffer = new byte[4 * (plan.OutputCount + 4)];
        Array.Fill(buffer, (byte)0xa5);
        foreach (UnloadBlock block in plan.Blocks)
        {
            for (int pixel = 0; pixel < block.Pixels; pixel++)
            {
                uint address = block.Address + 4 * (uint)(pixel * block.StepWords);
                for (int k = 0; k < block.Lanes.Length; k++)
                {
                    int lane = block.Lanes[k];
                    if (plan.ByteMode)
                    {
                        buffer[block.OutputOffset + pixel + k * block.PlaneStep] = BitConverter.GetBytes(memory[address])[lane];
                    }
                    else
                    {
                        int at = block.OutputOffset + pixel * block.Lanes.Length + k;
                        BitConverter.GetBytes(memory[address + 4 * (uint)lane]).CopyTo(buffer, 4 * at);
                    }
                }
            }
        }

        return Convert.ToHexString(buffer).ToLower(CultureInfo.InvariantCulture);
    }
}

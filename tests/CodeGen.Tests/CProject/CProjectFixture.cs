// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen;

namespace Ai8x.CodeGen.Tests.CProject;

/// <summary>Small programs written down by hand; the values are plausible, no generator made them.</summary>
internal static class CProjectFixture
{
    public const string LayerName = "stem";

    /// <summary>A layer of 8-bit outputs, 7 channels of 2x3 pixels: a full block and one of three lanes.</summary>
    public static UnloadPlan Bytes { get; } = new(true, 42,
    [
        new UnloadBlock(0x50402000, 6, 1, [0, 1, 2, 3], 0, 6),
        new UnloadBlock(0x5040a000, 6, 1, [0, 1, 2], 24, 6),
    ]);

    /// <summary>Bytes in every second word, with a block that begins at lane 2, behind a vector of one pixel.</summary>
    public static UnloadPlan SpacedBytes { get; } = new(true, 12,
    [
        new UnloadBlock(0x50c02000, 1, 1, [0, 1], 0, 1),
        new UnloadBlock(0x50410000, 5, 2, [2, 3], 2, 5),
    ]);

    /// <summary>Ten 32-bit outputs of one pixel.</summary>
    public static UnloadPlan Words { get; } = new(false, 10,
    [
        new UnloadBlock(0x50401000, 1, 4, [0, 1, 2, 3], 0, 1),
        new UnloadBlock(0x50409000, 1, 4, [0, 1, 2, 3], 4, 1),
        new UnloadBlock(0x50411000, 1, 4, [0, 1], 8, 1),
    ]);

    /// <summary>32-bit maps: lanes with gaps, groups two apart.</summary>
    public static UnloadPlan SpacedWords { get; } = new(false, 15,
    [
        new UnloadBlock(0x50401000, 3, 8, [0, 1, 3], 0, 1),
        new UnloadBlock(0x50809000, 2, 4, [0, 1, 2], 9, 1),
    ]);

    public static AcceleratorProgram Program(UnloadPlan unload, bool bias = true, bool softmax = false)
    {
        ImmutableArray<uint> kernels = [0x50180000, 3, 0x01020304, 0x05060708, 0x09000000, 0x50584010, 2, 0xfffefdfc, 0x7f000000, 0];
        ImmutableArray<uint> input = [.. Enumerable.Range(0, 19).Select(i => 0x01010101u * (uint)i + 0x80)];
        ImmutableArray<uint> second = [0x11, 0x22];
        return new AcceleratorProgram
        {
            Functions =
            [
                new("CNN_ISR", [Keep(0x50100000, 0xffffeffe, ""), Keep(0x50500000, 0xffffeffe, "")]),
                new("cnn_continue", [new(AccessOperation.SetBits, 0x50100000, 1, "Re-enable quadrant 0")]),
                new("cnn_stop", [Keep(0x50100000, 0xfffffffe, "Disable quadrant 0")]),
                new("cnn_load_weights", [new(AccessOperation.KernelStream, 0, 0, "", kernels.Length, SourceName: "kernels")]),
                new("cnn_load_bias", bias ? [new(AccessOperation.CopyBytesToWords, 0x50508000, 0, "", 18, SourceName: "bias_1")] : []),
                new("cnn_init", [Set(0x50001000, 0, "AON control"), Set(0x50100000, 0x00100008, "Stop SM"), Set(0x50100004, 0x40e, "SRAM control"), Set(0x50100008, 1, "Layer count")]),
                new("cnn_configure", Configure()),
                new("cnn_start", [Set(0x50100000, 0x00100808, "Enable quadrant 0"), Set(0x50500000, 0x00100809, "Enable quadrant 1"), Set(0x50100000, 0x00100009, "Master enable quadrant 0")]),
                new("cnn_enable", Enable()),
                new("cnn_disable", [System("GCFR.reg3", 15, "Reset"), System("GCFR.reg2", 15, "Iso") with { Operation = AccessOperation.SetBits }, System("GCFR.reg0", 0, "Power")]),
                new("load_input", [Copy(0x50400000, 0, input.Length), Copy(0x50408000, 4, second.Length)]),
            ],
            CallOrder =
            [
                "cnn_enable", "cnn_init", "cnn_load_weights", "cnn_load_bias", "cnn_configure", "load_input", "cnn_start", "check_output", softmax ? "softmax_layer" : "cnn_unload", "cnn_disable",
            ],
            Kernels = kernels,
            Biases = bias ? [new BiasBlock(1, [.. Enumerable.Range(0, 18).Select(i => (byte)(240 + i))])] : [],
            Inputs = [new InputBlock(0, 0x50400000, input), new InputBlock(4, 0x50408000, second)],
            KnownAnswer = Answer(unload),
        };
    }

    public static ProjectFacts Facts(UnloadPlan unload, bool softmax = false, string name = "small-net") => new()
    {
        Name = name,
        ToolVersion = "0.1.0",
        Inputs = [new ProjectInput("model.onnx", new string('a', 64)), new ProjectInput("sample.npy", new string('b', 64))],
        InputFormat = "1x5x15, CHW",
        Layers = [new LayerSummary(0, LayerName, "1x5x15, conv2d 3x3, ReLU, 60x5x15"), new LayerSummary(1, "head", "60x5x15, fully connected, 10")],
        MemoryMap = [new MemoryRow("kernel", "quadrants 0-1, words 0-1", "layers 0-1"), new MemoryRow("bias", "quadrant 1", "18 bytes")],
        Unload = unload,
        Softmax = softmax,
        UsedQuadrants = 0b0011,
    };

    /// <summary>Made-up device content for every word that an unload plan touches: distinct in every byte.</summary>
    public static Dictionary<uint, uint> Memory(UnloadPlan unload)
    {
        var memory = new Dictionary<uint, uint>();
        foreach (UnloadBlock block in unload.Blocks)
        {
            uint words = (uint)(block.Pixels * block.StepWords) + 4;
            for (uint i = 0; i < words; i++) memory[block.Address + 4 * i] = (block.Address >> 8 ^ i * 0x9e3779b1u) | 1;
        }

        return memory;
    }

    private static ImmutableArray<AnswerRecord> Answer(UnloadPlan unload)
    {
        Dictionary<uint, uint> memory = Memory(unload);
        return [.. unload.Blocks.Select(block => new AnswerRecord(block.Address, 0x00ffffff, [.. Enumerable.Range(0, 2).Select(i => memory[block.Address + 4 * (uint)i] & 0x00ffffff)]))];
    }

    private static ImmutableArray<ProgramAccess> Configure() =>
    [
        Set(0x50100010, 0x0001001d, "Rows", 0),
        Set(0x50100310, 0x00002800, "SRAM write ptr", 0),
        Set(0x50500010, 0x0001001d, "Rows", 0),
        Set(0x501005a0 - 12, 0x0000eba0, "Layer control", 1),
        Set(0x50100714, 0xfff0fff0, "Mask and processor enables", 1),
    ];

    private static ImmutableArray<ProgramAccess> Enable() =>
    [
        System("GCFR.reg3", 15, "Reset"),
        System("GCFR.reg1", 3, "Mask memory"),
        System("GCFR.reg0", 3, "Power"),
        System("GCFR.reg2", 12, "Iso"),
        System("GCFR.reg3", 0, "Reset"),
        new(AccessOperation.Update, 0, 0, "", Target: "GCR.pclkdiv", SourceName: "clear CNNCLKDIV+CNNCLKSEL then set clock_divider+clock_source"),
    ];

    private static ProgramAccess Set(uint address, uint value, string label, int layer = -1) => new(AccessOperation.Write, address, value, label, Layer: layer);

    private static ProgramAccess Keep(uint address, uint value, string label) => new(AccessOperation.KeepBits, address, value, label);

    private static ProgramAccess System(string target, uint value, string label) => new(AccessOperation.Write, 0, value, label, Target: target);

    private static ProgramAccess Copy(uint address, int number, int count) => new(AccessOperation.CopyWords, address, 0, "", count, SourceName: FormattableString.Invariant($"input_{number}"));
}

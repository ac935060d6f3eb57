// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>The register program of a <see cref="TinyNetwork"/>, every address and value written out by hand.</summary>
internal sealed class TinyProgram
{
    public TinyProgram(TinyNetwork network, sbyte[] image)
    {
        Init = [(0x50001000, 0), (0x50100000, 0x00100008), (0x50100004, 0x40e), (0x50100008, 1)];
        Configure =
        [
            (0x50100010, 0x00010007), (0x50100090, 0x00010007), (0x50100190, 1), (0x50100210, 1), (0x50100290, 1), (0x50100310, 0x2800),
            (0x50100410, 0x2000), (0x50100590, 0xba0), (0x50100a10, 0x2800), (0x50100610, 0x28), (0x50100690, 2), (0x50100790, 0x23000),
            (0x50100710, 0x000f000f),
            (0x50100314, 0x400), (0x50100394, 1), (0x50100414, 0x2000), (0x50100514, 0x800), (0x50100594, 0x10920), (0x50100a14, 0x1008),
            (0x50100614, 0xd0), (0x50100114, 0x100), (0x50100794, 0x1006), (0x50100714, 0x03f003f0),
        ];
        Start = [(0x50100000, 0x00100808), (0x50100000, 0x00100009)];
        KernelRecords = MakeKernels(network);
        Bias = [.. network.Bias.Concat(network.DenseBias).Select(b => (byte)b)];
        Input = MakeInput(image);
        int[] sums = network.Run(image);
        Answer = [0x50401000, 0xffffffff, 3, (uint)sums[0], (uint)sums[1], (uint)sums[2], 0];
    }

    public List<(uint Address, uint Value)> Init { get; }

    public List<(uint Address, uint Value)> Configure { get; }

    public List<(uint Address, uint Value)> Start { get; }

    /// <summary>Records of address, length and words, ended by a zero.</summary>
    public List<uint> KernelRecords { get; }

    public List<byte> Bias { get; }

    public List<uint> Input { get; }

    public List<uint> Answer { get; }

    /// <summary>Words of an image: lane c of word n is channel c of pixel n.</summary>
    public static List<uint> MakeInput(sbyte[] image)
    {
        const int Pixels = TinyNetwork.Size * TinyNetwork.Size;
        return [.. Enumerable.Range(0, Pixels).Select(n => Enumerable.Range(0, 4).Aggregate(0u, (word, c) => word | (uint)(byte)image[c * Pixels + n] << (8 * c)))];
    }

    public static BusWrite[] InputWrites(sbyte[] image) => [.. MakeInput(image).Select((w, i) => new BusWrite(0x50400000 + 4 * (uint)i, w))];

    /// <summary>The program as a loaded project.</summary>
    public LoadedProject Project()
    {
        var load = new List<BusOperation>();
        for (int at = 0; KernelRecords[at] != 0;)
        {
            uint address = KernelRecords[at++];
            load.Add(new BusOperation(BusOperationKind.Write, address | 1, 1, Width: BusWidth.Byte));
            int length = (int)KernelRecords[at++];
            for (int i = 0; i < length; i++)
                load.Add(new BusOperation(BusOperationKind.Write, address + 4 * (uint)i, KernelRecords[at++]));
        }

        ImmutableArray<ProgramFunction> functions =
        [
            new("cnn_init", "test", Writes(Init)),
            new("cnn_load_weights", "test", [.. load]),
            new("cnn_load_bias", "test", Writes(Bias.Select((b, i) => (0x50108000 + 4 * (uint)i, (uint)b)))),
            new("cnn_configure", "test", Writes(Configure)),
            new("load_input", "test", Writes(Input.Select((w, i) => (0x50400000 + 4 * (uint)i, w)))),
            new("cnn_start", "test", Writes(Start)),
        ];
        var isr = new ProgramFunction("CNN_ISR", "test", [new BusOperation(BusOperationKind.KeepBits, 0x50100000, ~0x1001u)]);
        var unload = new UnloadMap([.. Enumerable.Range(0, 12).Select(i => 0x50401000 + (uint)i)]);
        KnownAnswerRecord answer = new(Answer[0], Answer[1], [.. Answer.Skip(3).Take((int)Answer[2])]);
        return new LoadedProject(functions, isr, [answer], ImmutableSortedDictionary<int, string>.Empty, unload);
    }

    private static ImmutableArray<BusOperation> Writes(IEnumerable<(uint Address, uint Value)> writes) =>
        [.. writes.Select(w => new BusOperation(BusOperationKind.Write, w.Address, w.Value))];

    private static List<uint> MakeKernels(TinyNetwork network)
    {
        var records = new List<uint>();
        for (int processor = 0; processor < 4; processor++)
        {
            // Nine bytes a kernel, first tap first.
            var bytes = new List<byte>();
            for (int o = 0; o < TinyNetwork.Hidden; o++)
                bytes.AddRange(network.Kernels.AsSpan((o * TinyNetwork.Channels + processor) * 9, 9).ToArray().Select(w => (byte)w));
            AddRecord(records, processor, bytes);
        }

        for (int channel = 0; channel < TinyNetwork.Hidden; channel++)
        {
            // Weights of all outputs in a row of pixels; in each word of nine the first one is the last byte.
            var bytes = new List<byte>();
            for (int o = 0; o < TinyNetwork.Outputs; o++)
            {
                sbyte[] row = network.Dense.AsSpan((o * TinyNetwork.Hidden + channel) * 9, 9).ToArray();
                bytes.AddRange(row.Reverse().Select(w => (byte)w));
            }

            AddRecord(records, 4 + channel, bytes);
        }

        records.Add(0);
        return records;
    }

    private static void AddRecord(List<uint> records, int processor, List<byte> bytes)
    {
        records.Add(0x50180000 + 0x4000 * (uint)processor);
        while (bytes.Count % 4 != 0)
            bytes.Add(0);
        records.Add((uint)bytes.Count / 4);
        for (int i = 0; i < bytes.Count; i += 4)
            records.Add((uint)(bytes[i] << 24 | bytes[i + 1] << 16 | bytes[i + 2] << 8 | bytes[i + 3]));
    }
}

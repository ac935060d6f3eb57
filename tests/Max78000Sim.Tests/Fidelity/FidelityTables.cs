// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using Ai8x.Max78000Sim.Energy;
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Tests.Fidelity;

/// <summary>The tables of docs/fidelity.md: published measurements (silicon.md) beside what the timelines say.</summary>
internal static class FidelityTables
{
    private const double Clock = 50;

    /// <summary>Clock of the board of section 2, as the published figures give it by themselves.</summary>
    public const double BoardClock = 50.156;

    /// <summary>Timer and interrupt in the figures of section 2, in microseconds.</summary>
    public const double BoardOverhead = 5.83;

    /// <summary>Whole networks: name, our timeline, published formula cycles, measured microseconds.</summary>
    public static (string Name, InferenceTimeline Ours, long Formula, double Measured)[] Networks { get; } =
    [
        ("mnist, 5 layers", PublishedNetworks.Sequential(PublishedNetworks.Mnist), 70_157, 1410),
        ("cifar-10, 5 layers", PublishedNetworks.Sequential(PublishedNetworks.Cifar10), 85_266, 1712),
        ("cifar-100, 14 layers", PublishedNetworks.Sequential(PublishedNetworks.Cifar100), 129_311, 2593),
        ("kws20 v3, 9 layers", PublishedNetworks.Sequential(PublishedNetworks.Kws20V3), 71_782, 1442),
    ];

    /// <summary>The one constant of the first table: the mean of measured minus ours.</summary>
    public static double NetworkOverhead { get; } = Networks.Average(n => n.Measured - n.Ours.Cycles / Clock);

    /// <summary>The NAS network cut after each of its first layers: active processors, measured microseconds and microjoules up to there.</summary>
    public static (string Name, int Processors, double Microseconds, double Microjoules)[] Cuts { get; } =
    [
        ("conv 3x3, 3 to 64, 32x32", 3, 1361.4, 6.9), ("conv 1x1, 64 to 32, 32x32", 64, 2055.1, 56.0), ("conv 3x3, 32 to 64, 32x32", 32, 3411.0, 123.3),
        ("pool 2, conv 3x3, 64 to 32, 16x16", 64, 3603.8, 141.9), ("conv 1x1, 32 to 64, 16x16", 32, 3940.4, 154.1),
    ];

    /// <summary>The same five layers at other clocks: name, MHz, measured milliseconds.</summary>
    public static (string Name, double Megahertz, double Milliseconds)[] Sweep { get; } =
    [
        ("divider 1", BoardClock, 3.94), ("divider 2", BoardClock / 2, 7.88), ("divider 4", BoardClock / 4, 15.7), ("divider 8", BoardClock / 8, 31.5),
        ("divider 16", BoardClock / 16, 63.0), ("60 MHz source", 60, 3.287),
    ];

    /// <summary>Streaming networks: name, layers, measured milliseconds of loading plus inference.</summary>
    public static (string Name, LayerGeometry[] Layers, double Milliseconds)[] Streams { get; } =
    [
        ("cats-vs-dogs 3x128x128", PublishedNetworks.CatsDogs, 12.481), ("faceid 3x160x120", PublishedNetworks.FaceId, 14.001),
    ];

    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["networks"] = NetworkTable(),
        ["cuts"] = CutTable(),
        ["sweep"] = SweepTable(),
        ["streaming"] = StreamingTable(),
        ["depth"] = DepthTable(),
        ["loading"] = LoadingTable(),
        ["energy"] = EnergyTable(),
    };

    /// <summary>Loading plus inference of a streaming network in milliseconds.</summary>
    public static double Streamed(LayerGeometry[] layers, int depth = FifoFeed.AssumedDepth) =>
        PublishedNetworks.Streamed(layers, FifoFeed.Polled(1, 1) with { Depth = depth }).Cycles / Clock / 1000;

    /// <summary>The reference's estimate in milliseconds.</summary>
    public static double Estimated(LayerGeometry[] layers) => PublishedNetworks.Streamed(layers, null).ReferenceEstimate / Clock / 1000;

    /// <summary>Our cycles up to and with one of the layers of <see cref="Cuts"/>.</summary>
    public static long CutCycles(int layer) => PublishedNetworks.Sequential(PublishedNetworks.Cifar10Nas[..(layer + 1)]).Cycles;

    public static EnergyEstimate CutEnergy(int layer) => EnergyEstimate.Of(new LayerTimeline(PublishedNetworks.Cifar10Nas[layer]), Cuts[layer].Processors);

    private static string NetworkTable() => Table(
        ["network", "published formula, cycles", "ours, cycles", $"ours, µs at 50 MHz plus {NetworkOverhead:F1}", "measured, µs", "difference"],
        Networks.Select(n => (string[])
        [
            n.Name, $"{n.Formula:N0}", $"{n.Ours.Cycles:N0}", $"{n.Ours.Cycles / Clock + NetworkOverhead:N1}", $"{n.Measured:N0}",
            Percent(n.Ours.Cycles / Clock + NetworkOverhead, n.Measured),
        ]));

    private static string CutTable() => Table(
        ["up to", "ours, cycles", $"µs at 50 MHz plus {BoardOverhead}", "measured, µs", "difference", $"µs at {BoardClock} MHz plus {BoardOverhead}", "difference"],
        Cuts.Select((cut, i) =>
        {
            double nominal = CutCycles(i) / Clock + BoardOverhead, board = CutCycles(i) / BoardClock + BoardOverhead;
            return (string[])
            [
                cut.Name, $"{CutCycles(i):N0}", $"{nominal:N1}", $"{cut.Microseconds:N1}", Percent(nominal, cut.Microseconds), $"{board:N1}", Percent(board, cut.Microseconds),
            ];
        }));

    private static string SweepTable() => Table(
        ["clock", "ours, ms", "measured, ms", "difference"],
        Sweep.Select(s =>
        {
            double ours = (CutCycles(Cuts.Length - 1) / s.Megahertz + BoardOverhead) / 1000;
            return (string[])[s.Name, $"{ours:F3}", s.Milliseconds.ToString(CultureInfo.InvariantCulture), Percent(ours, s.Milliseconds)];
        }));

    private static string StreamingTable() => Table(
        ["network", "layers one after the other, ms", "ours, ms", "of it waits for input, ms", "measured, ms", "difference", "estimate (factor 1.5), ms", "difference"],
        Streams.Select(s =>
        {
            InferenceTimeline fed = PublishedNetworks.Streamed(s.Layers, FifoFeed.Polled(1, 1));
            double sequential = PublishedNetworks.Sequential(s.Layers).Cycles / Clock / 1000;
            return (string[])
            [
                s.Name, $"{sequential:F3}", $"{Streamed(s.Layers):F3}", $"{fed.Counts.Stall / Clock / 1000:F3}", $"{s.Milliseconds:F3}",
                Percent(Streamed(s.Layers), s.Milliseconds), $"{Estimated(s.Layers):F3}", Percent(Estimated(s.Layers), s.Milliseconds),
            ];
        }));

    private static string DepthTable() => Table(
        ["words in the FIFO", .. Streams.SelectMany(s => (string[])[$"{s.Name}, ms", "difference"])],
        ((int[])[1, 4, 8, 16, 32, 64]).Select(depth => (string[])
        [
            $"{depth}", .. Streams.SelectMany(s => (string[])[$"{Streamed(s.Layers, depth):F3}", Percent(Streamed(s.Layers, depth), s.Milliseconds)]),
        ]));

    private static string LoadingTable()
    {
        const double MeasuredFifo = 4252 - 2664;
        double channels = new BusAccesses(3 * 1024, 3 * 1024).Microseconds, pixels = new BusAccesses(4096, 4096).Microseconds;
        return Table(
            ["what", "ours", "measured", "difference"],
            [
                ["kernels, a byte of packed words", $"{BusTime.WriteMicroseconds * 1000 / 4:F1} ns", "70 to 75 ns", Percent(BusTime.WriteMicroseconds * 1000 / 4, 72.5)],
                ["3x64x64 into three FIFOs, four pixels a word", $"{channels:N0} µs", $"{MeasuredFifo:N0} µs", Percent(channels, MeasuredFifo)],
                ["3x64x64 into one FIFO, one pixel a word", $"{pixels:N0} µs", $"{MeasuredFifo:N0} µs", Percent(pixels, MeasuredFifo)],
            ]);
    }

    private static string EnergyTable() => Table(
        ["layer alone", "processors", "ours, µJ", "measured, µJ", "difference"],
        Cuts.Select((cut, i) =>
        {
            double measured = cut.Microjoules - (i == 0 ? 0 : Cuts[i - 1].Microjoules);
            EnergyEstimate ours = CutEnergy(i);
            return (string[])[cut.Name, $"{cut.Processors}", $"{ours.Microjoules:F1} ± {ours.ErrorMicrojoules:F1}", $"{measured:F1}", Percent(ours.Microjoules, measured)];
        }));

    private static string Percent(double ours, double measured) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round((ours / measured - 1) * 100, 2):+0.00;-0.00;0.00} %");

    private static string Table(string[] heading, IEnumerable<string[]> rows)
    {
        var text = new StringBuilder();
        Row(heading);
        Row([.. heading.Select((_, i) => i == 0 ? "---" : "---:")]);
        foreach (string[] row in rows)
            Row(row);
        return text.ToString();

        void Row(string[] cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }
}

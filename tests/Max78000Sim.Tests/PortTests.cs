// SPDX-License-Identifier: MIT
using Ai8x.Device;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Tracing;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>What the memory ports do in the cycles of random layers: each word is written once, and each word is read once for every value under a window, whatever lies between the values.</summary>
public sealed class PortTests(ITestOutputHelper output)
{
    private const int Register = 0x80;

    [Theory]
    [InlineData("transposed")]
    [InlineData("3x3")]
    [InlineData("1-D")]
    [InlineData("1x1")]
    public void LayersPorts_ReadEveryValueOfEveryWindow_AndWriteEveryResultOnce(string kind)
    {
        int programs = SlowRun.Enabled ? 400 : 25, checkedReads = 0;
        foreach (RandomProgram program in Enumerable.Range(0, int.MaxValue).Select(seed => new RandomProgram(seed)).Where(p => p.Kind == kind).Take(programs))
        {
            LoadedProject project = program.Project();
            var session = new SimulationSession(project, new AcceleratorOptions { TakeSnapshots = true });
            InferenceReport report = session.RunSample();
            DataPortAccess[] ports = [.. report.Window(0, report.Cycles).SelectMany(a => a.Ports)];
            Assert.Equal(session.Accelerator.Snapshots[0].Words.Select(w => w.Address).Order(), ports.Where(p => p.IsWrite).Select(p => p.Address).Order());
            uint[] expected = [.. Reads(project).Order()];
            Assert.Equal(expected, ports.Where(p => !p.IsWrite).Select(p => p.Address).Order());
            Assert.All(ports, p => Assert.Equal((int)((p.Address - 0x50400000) / 0x400000 * 4 + (p.Address - 0x50400000) % 0x400000 / 0x8000), p.Instance));
            checkedReads += expected.Length;
        }

        output.WriteLine($"{kind}: {checkedReads} reads");
    }

    /// <summary>For every output pixel, the last value that was fetched before it in the stepped cycles.</summary>
    [Theory]
    [InlineData("transposed")]
    [InlineData("3x3")]
    public void LastFetchBeforeAnOutput_IsTheOneOfTheSteppedCycles(string kind)
    {
        foreach (RandomProgram program in Enumerable.Range(0, int.MaxValue).Select(seed => new RandomProgram(seed)).Where(p => p.Kind == kind).Take(SlowRun.Enabled ? 400 : 25))
        {
            var session = new SimulationSession(program.Project());
            InferenceReport report = session.RunSample();
            Engine.LayerConfiguration layer = session.Accelerator.Program!.Layers[0].Configuration;
            var schedule = new Engine.PixelSchedule(layer, report.Timeline, 0);
            int step = layer.Transposed ? 2 : 1, last = -1, outputs = 0;
            foreach (CycleActivity activity in report.Window(0, report.Cycles))
            {
                Timing.SequencerMoment moment = activity.Moment;
                if (activity.Ports.Any(p => !p.IsWrite))
                    last = (moment.Row - layer.PadRows) / step * layer.PooledColumns + (moment.Column - layer.PadColumns) / step;
                if (moment.State != Timing.SequencerState.Output)
                    continue;
                outputs++;
                Assert.Equal(last, schedule.LastFetchBefore((moment.Row - layer.KernelRows + 1) * layer.OutputColumns + moment.Column - layer.KernelColumns + 1));
            }

            Assert.InRange(outputs, 1, int.MaxValue);
        }
    }

    [Fact]
    public void StatesOfAllCycles_AreThoseThatAreCounted()
    {
        var random = new Random(9);
        for (int i = 0; i < (SlowRun.Enabled ? 3000 : 150); i++)
        {
            var timeline = new Timing.LayerTimeline(RandomLayers.Next(random, 6));
            var counts = new Dictionary<Timing.SequencerState, long>();
            for (long cycle = 0; cycle < timeline.Cycles; cycle++)
                counts[timeline.At(cycle).State] = counts.GetValueOrDefault(timeline.At(cycle).State) + 1;
            Assert.All(Enum.GetValues<Timing.SequencerState>(), state => Assert.Equal(timeline.Counts[state], counts.GetValueOrDefault(state)));
        }
    }

    /// <summary>The words that the first layer of a program needs, from its register values (machine.md section 11.3).</summary>
    private static IEnumerable<uint> Reads(LoadedProject project)
    {
        Dictionary<uint, uint> registers = [];
        foreach (BusWrite write in VectorPrograms.Writes(project))
            registers[write.Address] = write.Value;
        int Field(int register, int low, int width, uint quadrant = 0) =>
            (int)(registers.GetValueOrDefault(0x50100010 + quadrant * 0x400000 + Register * (uint)register) >> low & (1u << width) - 1);
        int divisor = Field(15, 28, 1) == 1 ? 2 : 1, stride = Field(5, 0, 4) + 1, passes = Field(20, 0, 4) + 1, operands = Field(2, 13, 1) == 1 ? Field(2, 18, 4) + 1 : 1;
        int rows = (Field(0, 0, 10) + 1 - 2 * Field(0, 16, 2)) / divisor, columns = (Field(1, 0, 10) + 1 - 2 * Field(1, 16, 2)) / divisor;
        int poolRows = Field(3, 0, 4) + 1, poolColumns = Field(4, 0, 4) + 1;
        bool pools = Field(11, 7, 1) == 1, planar = Field(11, 6, 1) == 1;

        // A layer that pools last comes back to each pixel in every pass (latency.md section 3.3).
        int visits = operands > 1 && pools && Field(2, 16, 1) == 0 ? passes : 1;
        for (uint instance = 0; instance < 16; instance++)
        {
            if ((Field(14, 0, 16, instance / 4) >> (int)(instance % 4 * 4) & 0xf) == 0)
                continue;
            uint first = 0x50400000 + instance / 4 * 0x400000 + instance % 4 * 0x8000 + 4 * (uint)Field(10, 0, 13);
            for (int row = 0; row + poolRows <= rows; row += stride)
            {
                for (int column = 0; column + poolColumns <= columns; column += stride)
                {
                    for (int element = 0; element < (pools ? poolRows * poolColumns : 1); element++)
                    {
                        int pixel = (row + element / poolColumns) * columns + column + element % poolColumns;
                        for (int value = 0; value < visits * passes * operands; value++)
                            yield return first + 4 * (uint)(planar ? pixel / 4 : pixel * passes * operands + value % (passes * operands));
                    }
                }
            }
        }
    }
}

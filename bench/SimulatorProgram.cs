// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Bench.Measuring;
using Ai8x.Bench.Models;
using Ai8x.Device;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Bench;

/// <summary>How much faster than the chip at 50 MHz the simulator is: one image on a warm session, and a batch of a hundred from loading to results on one and two threads.</summary>
internal static class SimulatorProgram
{
    private const double Seconds = 1.5;
    private const double ClockMegahertz = 50;

    public static void Run(Arguments arguments)
    {
        arguments.RequireAllKnown();
        foreach (string name in SimulatedModel.Names)
            Measure(name);
    }

    private static void Measure(string name)
    {
        LoadedProject project = SimulatedModel.Load(name);
        ImmutableArray<BusWrite>[] images = SimulatedModel.Images(project);
        var session = new SimulationSession(project);
        double chip = session.RunSample().Microseconds(ClockMegahertz);
        Timing one = QuietTimer.Run(() => session.Run(images[0].AsSpan()), Seconds / 2, Seconds);
        Console.WriteLine(Line(name, "one warm image", chip, one, 1));
        foreach (int threads in new[] { 1, 2 })
        {
            Timing batch = QuietTimer.Run(() => SimulationBatch.Run(project, images, threads), Seconds / 2, Seconds);
            Console.WriteLine(Line(name, $"batch of {images.Length}, {threads} threads", chip, batch, images.Length));
        }
    }

    private static string Line(string name, string what, double chip, Timing timing, int images) => string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-14} {what,-24} {timing.Median / images * 1e6,8:F0} us an image, chip {chip,6:F0} us, {chip / (timing.Median / images * 1e6),5:F1} times faster, quiet {timing.Quiet}/{timing.Samples}, best {timing.Best / images * 1e6:F0} us");
}

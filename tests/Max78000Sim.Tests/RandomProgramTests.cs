// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Globalization;
using Ai8x.Device;
using Ai8x.Max78000Sim.Engine;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Max78000Sim.Tests;

public sealed class RandomProgramTests(ITestOutputHelper output)
{
    [Fact]
    public void RandomLegalLayer_WritesWhatThePlainMachineWrites_InEveryWay()
    {
        int programs = SlowRun.Enabled ? 5000 : 300;
        var kinds = new ConcurrentDictionary<string, int>();
        var problems = new ConcurrentBag<string>();
        Parallel.For(0, programs, seed =>
        {
            var program = new RandomProgram(seed);
            LoadedProject project = program.Project();
            kinds.AddOrUpdate(program.Kind, 1, (_, n) => n + 1);
            var plain = new PlainMachine();
            foreach (BusWrite write in VectorPrograms.Writes(project))
                plain.Write(write);
            plain.Run();
            foreach (ConvolutionPath path in Enum.GetValues<ConvolutionPath>().Where(p => p <= Convolution.Best))
            {
                try
                {
                    var session = new SimulationSession(project, new AcceleratorOptions { TakeSnapshots = true }, path);
                    session.RunSample();
                    SnapshotWord? wrong = session.Accelerator.Snapshots[0].Words.FirstOrDefault(w => w.Value != plain.Read(w.Address));
                    if (wrong is { Address: not 0 } word)
                        problems.Add(string.Create(CultureInfo.InvariantCulture, $"{seed} {program.Kind} {path}: 0x{word.Address:x8} is 0x{word.Value:x8}, not 0x{plain.Read(word.Address):x8}"));
                }
                catch (SimulationException fault)
                {
                    problems.Add($"{seed} {program.Kind}: {fault.Message}");
                }
            }
        });
        output.WriteLine(string.Join(", ", kinds.OrderBy(k => k.Key, StringComparer.Ordinal).Select(k => $"{k.Key} {k.Value}")));
        Assert.True(problems.IsEmpty, $"{problems.Count}\n{string.Join('\n', problems.Order(StringComparer.Ordinal).Take(20))}");
    }
}

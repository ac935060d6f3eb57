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
    public void RandomLegalLayer_WritesWhatThePlainMachineWrites_InEveryWay() => Check(SlowRun.Enabled ? 5000 : 300, large: false);

    /// <summary>Layers that are large enough for minimal filtering, with even and odd sizes and the values that make the largest sums.</summary>
    [Fact]
    public void LargerLayer_WritesWhatThePlainMachineWrites_InEveryWay()
    {
        int filtered = Check(SlowRun.Enabled ? 1000 : 40, large: true);
        Assert.InRange(filtered, (SlowRun.Enabled ? 1000 : 40) / 4, int.MaxValue);
    }

    /// <summary>Runs random programs in every way.</summary>
    /// <returns>How many of them go by minimal filtering.</returns>
    private int Check(int programs, bool large)
    {
        int filtered = 0;
        var kinds = new ConcurrentDictionary<string, int>();
        var problems = new ConcurrentBag<string>();
        Parallel.For(0, programs, seed =>
        {
            var program = new RandomProgram(seed, large);
            LoadedProject project = program.Project();
            kinds.AddOrUpdate(program.Kind, 1, (_, n) => n + 1);
            var plain = new PlainMachine();
            foreach (BusWrite write in VectorPrograms.Writes(project))
                plain.Write(write);
            plain.Run();
            byte[] memory = plain.Memory();
            foreach (ConvolutionPath path in Enum.GetValues<ConvolutionPath>().Where(p => p <= Convolution.Best))
            {
                try
                {
                    var session = new SimulationSession(project, new AcceleratorOptions { TakeSnapshots = true }, path);
                    session.RunSample();
                    if (path == Convolution.Best && session.Accelerator.Program!.Layers[0].Convolution?.MinimalFilter is not null)
                        Interlocked.Increment(ref filtered);
                    SnapshotWord? wrong = session.Accelerator.Snapshots[0].Words.FirstOrDefault(w => w.Value != plain.Read(w.Address));
                    int differs = session.Accelerator.DataBytes.CommonPrefixLength(memory);
                    if (differs < memory.Length)
                        problems.Add(string.Create(CultureInfo.InvariantCulture, $"{seed} {program.Kind} {path}: word {differs / 4} of the memory is not what it should be"));
                    if (wrong is { Address: not 0 } word)
                        problems.Add(string.Create(CultureInfo.InvariantCulture, $"{seed} {program.Kind} {path}: 0x{word.Address:x8} is 0x{word.Value:x8}, not 0x{plain.Read(word.Address):x8}"));
                }
                catch (SimulationException fault)
                {
                    problems.Add($"{seed} {program.Kind}: {fault.Message}");
                }
            }
        });
        output.WriteLine($"{string.Join(", ", kinds.OrderBy(k => k.Key, StringComparer.Ordinal).Select(k => $"{k.Key} {k.Value}"))}, {filtered} by minimal filtering");
        Assert.True(problems.IsEmpty, $"{problems.Count}\n{string.Join('\n', problems.Order(StringComparer.Ordinal).Take(20))}");
        return filtered;
    }
}

// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Text;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>Damaged programs end in a result or in one of the simulator's own exceptions, soon, and with modest memory. They are timed, so nothing runs beside them.</summary>
[Collection(nameof(MutationTests))]
[CollectionDefinition(nameof(MutationTests), DisableParallelization = true)]
public sealed class MutationTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    /// <summary>What reading and running one program may allocate: some accelerators, and text that says the same a thousand times over.</summary>
    private const long Modest = 256 << 20;

    [Fact]
    public void ChangedRegisters_NeverCrashOrHang()
    {
        int passed = 0, wrong = 0, refused = 0;
        for (int seed = 0; seed < Share(600); seed++)
        {
            var random = new Random(seed);
            var program = new TinyProgram(new TinyNetwork(1), TinyNetwork.Image(2));
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                List<(uint Address, uint Value)> writes = random.Next(8) == 0 ? program.Start : random.Next(8) == 0 ? program.Init : program.Configure;
                int index = random.Next(writes.Count);
                (uint address, uint value) = writes[index];
                writes[index] = random.Next(4) switch
                {
                    0 => (address, (uint)random.NextInt64(1L << 32)),
                    1 => (address ^ (4u << random.Next(12)), value),
                    _ => (address, value ^ (1u << random.Next(32))),
                };
            }

            Count(program.Project, ref passed, ref wrong, ref refused);
        }

        Assert.True(wrong > 10 && refused > 100, $"passed {passed}, wrong {wrong}, refused {refused}");
    }

    [Fact]
    public void StrictRun_NamesTheFirstOffence()
    {
        // The later of two offences is never the one that is reported.
        var random = new Random(4);
        for (int i = 0; i < 40; i++)
        {
            var program = new TinyProgram(new TinyNetwork(1), TinyNetwork.Image(2));
            int first = random.Next(program.Configure.Count - 1), second = random.Next(first + 1, program.Configure.Count);
            foreach (int index in (int[])[first, second])
                program.Configure[index] = (0x50100994u + 4 * (uint)index, (uint)index);
            SimulationException fault = Assert.Throws<SimulationException>(() => Simulation.Run(program.Project(), cancellation: TestContext.Current.CancellationToken));
            Assert.Equal((SimulationFault.UnknownAddress, 0x50100994u + 4 * (uint)first, (uint)first), (fault.Fault, fault.Address, fault.Value));
        }
    }

    [Fact]
    public void ChangedVendorPrograms_NeverCrashOrHang()
    {
        int passed = 0, wrong = 0, refused = 0;
        LoadedProject[] programs = [.. VectorPrograms.Names.Select(VectorPrograms.Load)];
        for (int seed = 0; seed < Share(300); seed++)
        {
            var random = new Random(seed);
            LoadedProject changed = VectorPrograms.With(programs[random.Next(programs.Length)], random.Next(6) == 0 ? "cnn_start" : "cnn_configure", operations =>
            {
                int index = random.Next(operations.Length);
                operations[index] = random.Next(3) switch
                {
                    0 => operations[index] with { Value = (uint)random.NextInt64(1L << 32) & (uint)random.NextInt64(1L << 32) & 0x1ffff },
                    1 => operations[index] with { Address = operations[index].Address ^ (4u << random.Next(12)) },
                    _ => operations[index] with { Value = operations[index].Value ^ (1u << random.Next(32)) },
                };
                return operations;
            });
            Count(() => changed, ref passed, ref wrong, ref refused);
        }

        Assert.True(passed > 10 && wrong > 10 && refused > 50, $"passed {passed}, wrong {wrong}, refused {refused}");
    }

    [Fact]
    public void ChangedCText_NeverCrashesOrHangs()
    {
        int passed = 0, wrong = 0, refused = 0;
        for (int seed = 0; seed < Share(400); seed++)
        {
            var random = new Random(seed);
            var text = new CProjectText(new TinyProgram(new TinyNetwork(1), TinyNetwork.Image(2)));
            string file = random.Next(3) == 0 ? "main.c" : random.Next(4) == 0 ? "weights.h" : "cnn.c";
            text.Files[file] = Damage(text.Files[file], random);
            Count(() => CProjectTests.Load(text), ref passed, ref wrong, ref refused);
        }

        Assert.True(refused > 100, $"passed {passed}, wrong {wrong}, refused {refused}");
    }

    [Fact]
    public void ChangedVectorFiles_NeverCrashOrHang()
    {
        int passed = 0, wrong = 0, refused = 0;
        for (int seed = 0; seed < Share(300); seed++)
        {
            var random = new Random(seed);
            Dictionary<string, string> files = VectorFolderTests.Files(new TinyProgram(new TinyNetwork(1), TinyNetwork.Image(2)));
            string file = files.Keys.ElementAt(random.Next(files.Count));
            files[file] = Damage(files[file], random);
            Count(() => VectorFolderTests.Load(files), ref passed, ref wrong, ref refused);
        }

        Assert.True(refused > 50, $"passed {passed}, wrong {wrong}, refused {refused}");
    }

    /// <summary>The slow run takes seven times as many of each kind, eleven thousand in all.</summary>
    private static int Share(int count) => SlowRun.Enabled ? 7 * count : count;

    private static string Damage(string text, Random random)
    {
        var damaged = new StringBuilder(text);
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            int at = random.Next(damaged.Length);
            int length = Math.Min(random.Next(1, 6), damaged.Length - at);
            switch (random.Next(4))
            {
                case 0:
                    damaged.Remove(at, length);
                    break;
                case 1:
                    damaged.Insert(at, damaged.ToString(at, length));
                    break;
                case 2:
                    damaged[at] = (char)random.Next(1, 128);
                    break;
                default:
                    damaged[at] = "0123456789abcdef(){}[];,*&|=~<>+-"[random.Next(33)];
                    break;
            }
        }

        return damaged.ToString();
    }

    private static void Count(Func<LoadedProject> load, ref int passed, ref int wrong, ref int refused)
    {
        var watch = Stopwatch.StartNew();
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            if (Simulation.Run(load(), cancellation: TestContext.Current.CancellationToken).Passed)
                passed++;
            else
                wrong++;
        }
        catch (SimulationException)
        {
            refused++;
        }
        catch (ProjectFormatException)
        {
            refused++;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(watch.Elapsed < Soon, $"one program took {watch.Elapsed}");
        Assert.True(allocated < Modest, $"one program took {allocated} bytes");
    }
}

// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Text;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>Damaged programs end in a result or in one of the simulator's own exceptions, and soon.</summary>
public sealed class MutationTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public void ChangedRegisters_NeverCrashOrHang()
    {
        int passed = 0, wrong = 0, refused = 0;
        for (int seed = 0; seed < 600; seed++)
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
    public void ChangedCText_NeverCrashesOrHangs()
    {
        int passed = 0, wrong = 0, refused = 0;
        for (int seed = 0; seed < 400; seed++)
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
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            Dictionary<string, string> files = VectorFolderTests.Files(new TinyProgram(new TinyNetwork(1), TinyNetwork.Image(2)));
            string file = files.Keys.ElementAt(random.Next(files.Count));
            files[file] = Damage(files[file], random);
            Count(() => VectorFolderTests.Load(files), ref passed, ref wrong, ref refused);
        }

        Assert.True(refused > 50, $"passed {passed}, wrong {wrong}, refused {refused}");
    }

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

        Assert.True(watch.Elapsed < Soon, $"one program took {watch.Elapsed}");
    }
}

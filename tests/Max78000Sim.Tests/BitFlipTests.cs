// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Globalization;
using Ai8x.Device;
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>One flipped bit: the plain machine says what it does to the answer.</summary>
public sealed class BitFlipTests(ITestOutputHelper output)
{
    private static bool Slow => SlowRun.Enabled;

    [Fact]
    public void FlippedKernelBiasOrInputBit_ChangesTheAnswerAsThePlainMachineSays()
    {
        int flips = Slow ? 10_000 : 400, changed = 0;
        Dictionary<string, LoadedProject> programs = VectorPrograms.Names.ToDictionary(n => n, VectorPrograms.Load);
        Parallel.For(0, flips, seed =>
        {
            var random = new Random(seed);
            LoadedProject project = programs[VectorPrograms.Names[random.Next(VectorPrograms.Names.Length)]];
            (string function, int bits) = random.Next(4) switch { 0 => ("load_input", 32), 1 => ("cnn_load_bias", 8), _ => ("cnn_load_weights", 32) };
            if (!project.Functions.Any(f => f.Name == function && f.Operations.Any(o => o.Width == BusWidth.Word)))
                function = "cnn_load_weights";
            if (!project.Functions.Any(f => f.Name == function && f.Operations.Length > 0))
                (function, bits) = ("load_input", 32);
            LoadedProject flipped = VectorPrograms.With(project, function, operations =>
            {
                int index = random.Next(operations.Length);
                while (operations[index].Width == BusWidth.Byte)
                    index = (index + 1) % operations.Length;
                operations[index] = operations[index] with { Value = operations[index].Value ^ (1u << random.Next(bits)) };
                return operations;
            });
            uint[] expected = VectorPrograms.PlainAnswer(flipped);
            Assert.Equal(expected, VectorPrograms.Answer(flipped));
            if (!expected.AsSpan().SequenceEqual([.. project.KnownAnswer.SelectMany(r => r.Words)]))
                Interlocked.Increment(ref changed);
        });

        output.WriteLine($"{flips} flips, {changed} of them changed the answer");
        Assert.InRange(changed, flips / 10, flips - 1);
    }

    [Fact]
    public void FlippedRegisterBit_EndsInTheAnswerOfThePlainMachineOrInANamedFault()
    {
        (string Name, int Layer)[] layers = Slow
            ? [.. VectorPrograms.Names.SelectMany(n => Enumerable.Range(0, Layers(n)).Select(l => (n, l)))]
            : [("residual-xor-conv2d", 2), ("mlp-flatten-wide-w4", 0), ("avgpool-negative-rounding-enabled", 0)];
        var counts = new ConcurrentDictionary<string, int[]>();
        var problems = new ConcurrentBag<string>();
        (string Name, int Layer, RegisterDefinition Register, int Bit)[] flips =
            [.. layers.SelectMany(l => LayerRegisters.All.SelectMany(r => Enumerable.Range(0, 32).Select(b => (l.Name, l.Layer, r, b))))];
        Parallel.ForEach(flips, flip =>
        {
            LoadedProject project = VectorPrograms.Load(flip.Name);
            LoadedProject flipped = Flipped(project, MemoryMap.Registers + flip.Register.Offset + 4 * (uint)flip.Layer, 1u << flip.Bit);
            int[] count = counts.GetOrAdd(flip.Register.Name, _ => new int[3]);
            try
            {
                uint[] actual = VectorPrograms.Answer(flipped);
                bool same = actual.AsSpan().SequenceEqual([.. project.KnownAnswer.SelectMany(r => r.Words)]);
                Interlocked.Increment(ref count[same ? 0 : 1]);
                if (!actual.AsSpan().SequenceEqual(VectorPrograms.PlainAnswer(flipped)))
                    problems.Add($"{flip.Name} layer {flip.Layer} {flip.Register.Name} bit {flip.Bit}");
            }
            catch (SimulationException)
            {
                Interlocked.Increment(ref count[2]);
            }
        });

        foreach ((string register, int[] count) in counts.OrderBy(c => c.Key, StringComparer.Ordinal))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{register}: {count[0]} equal, {count[1]} mismatches, {count[2]} faults"));
        Assert.Empty(problems.Order(StringComparer.Ordinal));
        Assert.Equal(flips.Length, counts.Values.Sum(c => c.Sum()));
    }

    private static int Layers(string name) =>
        1 + (int)(VectorPrograms.Writes(VectorPrograms.Load(name)).LastOrDefault(w => w.Address == MemoryMap.Registers + GlobalRegisters.LayerCount.Offset).Value & 31);

    /// <summary>Flips a bit of a register of quadrant 0, written or not.</summary>
    private static LoadedProject Flipped(LoadedProject project, uint address, uint bit) => VectorPrograms.With(project, "cnn_configure", operations =>
    {
        int index = Array.FindLastIndex(operations, o => o.Address == address);
        if (index < 0)
            return [.. operations, new BusOperation(BusOperationKind.Write, address, bit)];
        operations[index] = operations[index] with { Value = operations[index].Value ^ bit };
        return operations;
    });
}

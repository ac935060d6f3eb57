// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.CodeGen.Output;
using Ai8x.Device;
using Ai8x.Max78000Sim;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.Vectors;
using Ai8x.Max78000Sim.Tests;
using Ai8x.Max78000Sim.Timing;
using Ai8x.Quant;
using Ai8x.RandomNetworks;

namespace Ai8x.CodeGen.Tests.Generator;

/// <summary>
/// Programs of random legal networks before three witnesses that share no code: the integer reference computes from the network, the simulator and a machine of plain nested loops
/// from the bus accesses. 40 networks, with AI8X_SLOW=1 a thousand.
/// </summary>
public sealed class ThreeWitnessTests(ITestOutputHelper output)
{
    private static readonly int Count = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1" ? 1000 : 40;

    [Fact]
    public void Reference_Simulator_AndPlainMachine_AgreeOnEveryLayer_AndSteppedCyclesOnComputedOnes()
    {
        long values = 0, cycles = 0;
        LegalNetworks.Any.ForEach(Count, random =>
        {
            try
            {
                var network = new RandomProgramFixture(random);
                InferenceReport report = Compare(network, ref values);
                CompareCycles(report.Timeline);
                cycles += report.Cycles;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Network {random.Seed} ({string.Join(", ", random.Features)}): {e.Message}"), e);
            }
        });
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Count} networks, {values} values, {cycles} cycles"));
        Assert.True(values > 100L * Count && cycles > 100L * Count);
    }

    private static InferenceReport Compare(RandomProgramFixture network, ref long values)
    {
        LoadedProject project = Read(network);
        var session = new SimulationSession(project, new AcceleratorOptions { TakeSnapshots = true });
        InferenceReport report = session.RunSample();
        var plain = new PlainMachine();
        foreach (BusOperation operation in project.Functions.SelectMany(f => f.Operations).Where(o => o.Kind == BusOperationKind.Write))
            plain.Write(new BusWrite(operation.Address, operation.Value, operation.Width));
        var reference = IntegerReference.Run(network.Network, [.. network.Random.Sample]);
        for (int layer = 0; layer < network.Network.Layers.Length; layer++)
        {
            plain.Run(layer);

            // What goes into a circular buffer does not stay there; it is judged by what the next layer makes of it.
            if (layer + 1 < network.Network.Layers.Length && network.Streams(layer + 1))
                continue;
            values += CompareChannels(network, layer, reference[layer], session.Accelerator.Snapshots[layer].Words.ToDictionary(w => w.Address, w => w.Value), plain);
        }

        foreach (KnownAnswerRecord record in project.KnownAnswer)
        {
            for (int i = 0; i < record.Words.Length; i++)
            {
                uint address = record.Address + 4 * (uint)i, simulated = session.Accelerator.ReadResult(address, record.Mask);
                Assert.Equal((address, record.Words[i], record.Words[i]), (address, simulated, plain.Read(address) & record.Mask));
            }
        }

        return report;
    }

    /// <summary>Every value that belongs to a channel; what stands in lanes without one means nothing.</summary>
    private static int CompareChannels(RandomProgramFixture network, int layer, int[] expected, Dictionary<uint, uint> simulated, PlainMachine plain)
    {
        int pixels = network.Network.Layers[layer].Output.Pixels;
        bool wide = network.Network.Layers[layer].OutputWidth == 32;
        for (int i = 0; i < expected.Length; i++)
        {
            (int word, int lane) = network.Place(layer, i / pixels, i % pixels);
            int first = Value(simulated[AddressOf(word)], lane), second = Value(plain.Read(AddressOf(word)), lane);
            if (first != expected[i] || second != expected[i])
                Assert.Fail($"layer {layer}, channel {i / pixels}, pixel {i % pixels}: reference {expected[i]}, simulator {first}, plain machine {second}");
        }

        return expected.Length;

        int Value(uint word, int lane) => wide ? (int)word : (sbyte)(word >> (8 * lane));
    }

    private static uint AddressOf(int word)
    {
        uint instance = (uint)word / 8192;
        return 0x50400000 + instance / 4 * 0x400000 + instance % 4 * 0x8000 + 4 * ((uint)word % 8192);
    }

    /// <summary>The state machine stepped cycle by cycle, and the computed timeline asked for each of them.</summary>
    private static void CompareCycles(InferenceTimeline timeline)
    {
        long next = 0;
        foreach ((long cycle, int layer, SequencerMoment moment) in timeline.Step(0, timeline.Cycles))
        {
            if (cycle != next++ || timeline.At(cycle) != (layer, moment))
                Assert.Fail($"cycle {cycle}: stepped {layer} {moment}, computed {timeline.At(cycle)}");
        }

        Assert.Equal(timeline.Cycles, next);
    }

    private static LoadedProject Read(RandomProgramFixture network)
    {
        string folder = Directory.CreateTempSubdirectory("ai8x-witness-").FullName;
        try
        {
            foreach ((string name, string text) in VectorWriter.Files(network.Synthesized)) File.WriteAllText(Path.Combine(folder, name), text);
            return VectorFolderReader.Read(folder);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen;
using Ai8x.Device;
using Ai8x.Layers;
using Ai8x.Max78000Sim.Projects;
using Ai8x.Max78000Sim.Projects.C;
using Ai8x.Models;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.Bench.Models;

/// <summary>A published model as a program for the simulator: quantized, written as a C project and read back. Weights are those before training: time does not depend on them.</summary>
internal static class SimulatedModel
{
    /// <summary>Names of the models that have a network description.</summary>
    public static IEnumerable<string> Names => ModelCatalog.Published.Select(m => m.DataSet).Where(n => File.Exists(Description(n)));

    public static LoadedProject Load(string name)
    {
        Model model = ModelCatalog.Published.First(m => m.DataSet == name).Create().Build(seed: 1);
        QuantizedNetwork network = Quantizer.Quantize(model.ToGraph(), NetworkYaml.ReadFile(Description(name)), QuantizationOptions.Default);
        var sample = new sbyte[model.InputShape.Count];
        var random = new Random(1);
        for (int i = 0; i < sample.Length; i++)
            sample[i] = (sbyte)random.Next(-128, 128);
        SynthesizedNetwork synthesized = Synthesizer.Synthesize(network, sample, new SynthesisOptions());
        string folder = Directory.CreateTempSubdirectory("ai8x-bench-").FullName;
        try
        {
            foreach (var file in CProjectWriter.Files(synthesized.Program, synthesized.Facts(name, "0.0.0", [])))
                File.WriteAllText(Path.Combine(folder, file.Name), file.Text);
            return CProjectReader.Read(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>One hundred images as stores of the bus.</summary>
    public static ImmutableArray<BusWrite>[] Images(LoadedProject project)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, 100).Select(_ => project.SampleInput.Select(w => w with { Value = (uint)random.NextInt64(1L << 32) }).ToImmutableArray())];
    }

    private static string Description(string name) =>
        Path.Combine(ModelSamples.Repository() ?? throw new InvalidOperationException("run this from inside the repository"), "networks", name + ".yaml");
}

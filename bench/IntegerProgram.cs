// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Bench.Measuring;
using Ai8x.Bench.Models;
using Ai8x.CodeGen;
using Ai8x.Layers;
using Ai8x.Models;
using Ai8x.Networks;
using Ai8x.Quant;
using Ai8x.Tensors;

namespace Ai8x.Bench;

/// <summary>Evaluation of whole data sets in the chip's integers, for each model of the catalogue that has a network description. Weights are those before training: time does not depend on them.</summary>
internal static class IntegerProgram
{
    private const int Images = 2048;
    private const double Seconds = 1.5;

    public static void Run(Arguments arguments)
    {
        arguments.RequireAllKnown();
        string networks = Path.Combine(ModelSamples.Repository() ?? throw new InvalidOperationException("run this from inside the repository"), "networks");
        foreach (ModelDefinition definition in ModelCatalog.Published)
        {
            string file = Path.Combine(networks, definition.DataSet + ".yaml");
            if (!File.Exists(file))
            {
                Console.WriteLine($"{definition.DataSet,-14} left out: there is no {Path.GetFileName(file)} in networks");
                continue;
            }

            Model model = definition.Create().Build(seed: 1);
            QuantizedNetwork network = Quantizer.Quantize(model.ToGraph(), NetworkYaml.ReadFile(file), QuantizationOptions.Default);
            Measure(definition.DataSet, model, new IntegerEvaluator(network));
        }
    }

    private static void Measure(string name, Model model, IntegerEvaluator evaluator)
    {
        var source = new RandomSamples(model.InputShape, model.OutputShape.Count, Images);
        var image = new sbyte[model.InputShape.Count];
        source.Fill([0], image);
        long macs = PublishedModels.Find(name).Macs;
        foreach (int threads in new[] { 1, 2 })
        {
            Timing timing = QuietTimer.Run(() => evaluator.Evaluate(source, threads), Seconds / 2, Seconds);
            double speed = Images / timing.Median;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-14} {threads} threads {speed,9:F0} img/s  {speed * macs / 1e9,7:F1} GMAC/s  quiet {timing.Quiet}/{timing.Samples}"));
        }

        Timing single = QuietTimer.Run(() => evaluator.Run(image, SampleOrder.ChannelsLast), Seconds / 2, Seconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-14} one image with all layers' outputs {single.Median * 1e3:F3} ms"));
    }
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Golden.Simulator;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.Golden.Integers;

/// <summary>Every case of the vectors: the quantized integers and the output of every layer.</summary>
public sealed class IntegerReferenceGoldenTests
{
    public static TheoryData<string> Cases() =>
        [.. GoldenFolder.Cases("ops").Concat(GoldenFolder.Cases("tf-models")).Select(folder => Path.GetFileName(Path.GetDirectoryName(folder)) + "/" + Path.GetFileName(folder))];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void EveryLayer_HasTheIntegersOfTheVectors(string name)
    {
        GeneratorCase golden = GeneratorCase.Open(name);
        QuantizedNetwork network = IntegerCase.Network(golden);
        if (golden.IsOnnx) SameWeights(network, Path.Combine(golden.Folder, "expected"));
        ImmutableArray<int[]> outputs = IntegerReference.Run(network, golden.Sample());
        for (int i = 0; i < outputs.Length; i++)
        {
            (int[] shape, int[] expected) = GeneratorNpy.Read(Path.Combine(golden.Folder, "expected", string.Create(CultureInfo.InvariantCulture, $"layer_{i:d2}_out.npy")));
            FeatureShape output = network.Layers[i].Output;
            Assert.Equal([output.Channels, output.Rows, output.Columns], shape);
            Assert.True(expected.AsSpan().SequenceEqual(outputs[i]), string.Create(CultureInfo.InvariantCulture, $"layer {i}"));
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Description_MeansTheSameToTheReaderAndToAPlainOne(string name)
    {
        GeneratorCase golden = GeneratorCase.Open(name);
        QuantizedNetwork plain = IntegerCase.Network(golden), read = golden.Quantized();
        Assert.Equal(plain.Layers.Select(Scalars), read.Layers.Select(Scalars));
        Assert.Equal(plain.Layers.Select(Lists), read.Layers.Select(Lists));

        static QuantizedLayer Scalars(QuantizedLayer layer) => layer with { Name = "", Inputs = [], Weights = [], Bias = [] };
        static string Lists(QuantizedLayer layer) => $"{string.Join(',', layer.Inputs)}/{string.Join(',', layer.Weights)}/{string.Join(',', layer.Bias)}";
    }

    private static void SameWeights(QuantizedNetwork network, string expected)
    {
        int compared = 0;
        foreach (QuantizedLayer layer in network.Layers.Where(l => l.Operator != LayerOperator.None))
        {
            string suffix = string.Create(CultureInfo.InvariantCulture, $"_layer{layer.Index}.npy");
            Assert.Equal(GeneratorNpy.Read(Path.Combine(expected, "weights" + suffix)).Values, layer.Weights.Select(w => (int)w));
            string bias = Path.Combine(expected, "bias" + suffix);
            Assert.Equal(File.Exists(bias) ? GeneratorNpy.Read(bias).Values : [], layer.Bias.Select(b => (int)b));
            compared++;
        }

        Assert.NotEqual(0, compared);
    }
}

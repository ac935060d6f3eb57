// SPDX-License-Identifier: MIT
// A data set and a model of one's own: tell vertical from horizontal stripes.
using System.Collections.Immutable;
using Ai8x.Layers;
using Ai8x.Onnx;
using Ai8x.Optim;
using Ai8x.Tensors;

var layers = new Sequential(
    "stripes",
    new SampleShape(16, 16, 1),
    new FusedConv2DReLU(8, kernelSize: 3, paddingSize: 1),
    new FusedMaxPoolConv2DReLU(8, kernelSize: 3, paddingSize: 1),
    new FusedAvgPoolConv2DReLU(4, kernelSize: 1),
    new Flatten(),
    new FusedDense(2, wide: true));
Model model = layers.Build(seed: 1);
using var context = new ComputeContext(threads: 2);
var options = new TrainingOptions { Epochs = 5, LearningRate = 0.01, EarlyStop = 3 };
new Trainer(model, options, context).Run(new Stripes("train", 1000, seed: 1), new Stripes("valid", 200, seed: 2));
double accuracy = Evaluator.Evaluate(model, new Stripes("test", 200, seed: 3), context).Accuracy;
OnnxExporter.Export("stripes.onnx", model.ToGraph());
Console.WriteLine(FormattableString.Invariant($"test accuracy {accuracy:0.0000}"));
return accuracy > 0.9 ? 0 : 1;

internal sealed class Stripes(string name, int count, int seed) : SampleSource
{
    public override string Name => name;
    public override int Count => count;
    public override SampleShape Shape { get; } = new(16, 16, 1);
    public override ImmutableArray<string> ClassNames { get; } = ["vertical", "horizontal"];
    public override int Label(int index) => index % 2;
    public override void Fill(ReadOnlySpan<int> indices, Span<sbyte> destination)
    {
        for (int i = 0; i < destination.Length && i / 256 < indices.Length; i++)
        {
            int index = indices[i / 256], along = index % 2 == 0 ? i % 16 : i % 256 / 16, noise = (int)((uint)Mix(seed, index, i % 256) % 101) - 50;
            destination[i] = (sbyte)((along / 2 % 2 == 0 ? 60 : -60) + noise);
        }
    }
    private static int Mix(int a, int b, int c) => unchecked(((a * 31 + b) * 73856093 ^ c * 19349663) * 83492791 >> 7);
}

// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Ai8x.Autograd;
using Ai8x.BitIdentity;
using Ai8x.Layers;
using Ai8x.Models;
using Ai8x.Optim;
using Ai8x.Tensors;

// Trains a few steps on made-up images and prints the SHA-256 of all weights; for "augmentation" that of augmented recordings; for "published" that of both
// and of weights, optimizer and logits of each published model for each number of threads; for "allocation" the bytes that steps allocate. The caller says
// which instruction sets it switched off, and a switch that did not take effect is an error, not a silent success.
string expected = $"512:{Flag(args[0], '5')} 256:{Flag(args[0], '2')} 128:{Flag(args[0], '1')} fma:{Flag(args[0], 'f')}";
string actual = $"512:{Avx512F.IsSupported} 256:{Vector256.IsHardwareAccelerated} 128:{Vector128.IsHardwareAccelerated} fma:{Fma.IsSupported}";
Console.WriteLine($"hardware {actual}");
if (args[0] != "any" && expected != actual)
{
    Console.Error.WriteLine($"The switches did not take effect: expected {expected}.");
    return 3;
}

if (args[1] == "published")
{
    foreach (string count in args[4].Split(',')) PublishedModels.Print(Number(2), Number(3), int.Parse(count, CultureInfo.InvariantCulture));
    return 0;
}

if (args[1] == "augmentation")
{
    Console.WriteLine($"sha256 {MadeUpSpeech.Load().Hash}");
    return 0;
}

if (args[1] == "allocation")
{
    StepAllocation.Print(Number(2), Number(3));
    return 0;
}

ModelArchitecture layers = TinyModel.Create(args[1]) ?? ModelCatalog.Find(args[1]).Create();
int steps = Number(2), batchSize = Number(3), threads = Number(4);
using var context = new ComputeContext(threads);
Model model = layers.Build(seed: 7);
using var plan = new ExecutionPlan(model.Tape, model.Output, batchSize, context, training: true);
var optimizer = new Adam(model.Parameters, context);
for (int step = 0; step < steps; step++)
{
    plan.ForwardBackward(MadeUpImages.Batch(model.InputShape, batchSize, step), 128, seed: 7, step);
    optimizer.Update(0.001);
}

Console.WriteLine($"sha256 {WeightHash.Of(model.Parameters)}");
return 0;

int Number(int index) => int.Parse(args[index], CultureInfo.InvariantCulture);

static bool Flag(string flags, char flag) => flags.Contains(flag, StringComparison.Ordinal);

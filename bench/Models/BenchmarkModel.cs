// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Tensors;

namespace Ai8x.Bench.Models;

/// <summary>A published model (training-flow.md section 3).</summary>
/// <param name="Name">Short name, also that of its data set.</param>
/// <param name="Input">Shape of a sample, <c>[H, W, C]</c>.</param>
/// <param name="ActivityPenalty">Factor of the activity penalty on every layer, 0 for none.</param>
/// <param name="Layers">The layers in order.</param>
internal sealed record BenchmarkModel(string Name, SampleShape Input, float ActivityPenalty, ImmutableArray<BenchmarkLayer> Layers)
{
    /// <summary>The layers with weights and what they read and write.</summary>
    public ImmutableArray<PlacedLayer> Weighted { get; } = Place(Input, Layers);

    /// <summary>Number of classes.</summary>
    public int Classes => Weighted[^1].Output.Count;

    /// <summary>Number of weights and biases.</summary>
    public int ParameterCount => Weighted.Sum(layer => layer.WeightCount + (layer.Bias ? layer.Output.Channels : 0));

    /// <summary>Multiplications of one image's forward pass, those with padding counted.</summary>
    public long Macs => Weighted.Sum(layer => layer.Macs);

    /// <summary>Operations of one image's inference.</summary>
    public double InferenceFlops => 2.0 * Macs;

    /// <summary>Operations of one image's training step: forward, weight gradients, and input gradients except the first layer's, which nobody needs.</summary>
    public double TrainingFlops => 2.0 * (3 * Macs - Weighted[0].Macs);

    private static ImmutableArray<PlacedLayer> Place(SampleShape shape, ImmutableArray<BenchmarkLayer> layers)
    {
        ImmutableArray<PlacedLayer>.Builder placed = ImmutableArray.CreateBuilder<PlacedLayer>();
        foreach (BenchmarkLayer layer in layers)
        {
            switch (layer)
            {
                case ConvolutionLayer convolution:
                    placed.Add(PlacedLayer.Of(shape, convolution));
                    break;
                case DenseLayer dense:
                    placed.Add(PlacedLayer.Of(shape, dense));
                    break;
                case ReshapeLayer reshape:
                    shape = reshape.Target;
                    continue;
                default:
                    continue;
            }

            shape = placed[^1].Output;
        }

        return placed.ToImmutable();
    }
}

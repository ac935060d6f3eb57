// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Tensors;

namespace Ai8x.Models;

/// <summary>The layers that the two models for 28x28 images share.</summary>
internal static class ImageClassifier
{
    private const int Classes = 10;

    public static Sequential Create(string name, SampleShape input, bool convolutionBias) => new(
        name,
        input,
        new FusedConv2DReLU(60, kernelSize: 3, paddingSize: 1, useBias: convolutionBias),
        // Padding 2 brings 14 rows to 16, so that the two pools behind it divide evenly.
        new FusedMaxPoolConv2DReLU(60, kernelSize: 3, paddingSize: 2, useBias: convolutionBias),
        new FusedMaxPoolConv2DReLU(56, kernelSize: 3, paddingSize: 1, useBias: convolutionBias),
        new FusedAvgPoolConv2DReLU(12, kernelSize: 3, paddingSize: 1, useBias: convolutionBias),
        new Flatten(),
        new FusedDense(Classes, wide: true));
}

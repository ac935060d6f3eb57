// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Bench.Models;

/// <summary>The same first weights for every engine: uniform in Glorot's limits, biases 0.</summary>
internal static class ModelWeights
{
    public static float[] Of(BenchmarkModel model, int layer)
    {
        PlacedLayer placed = model.Weighted[layer];
        var values = new float[placed.WeightCount];
        new CounterRandom(11, RandomPurpose.Initialization).Fill(layer, 0, 0, values);
        float limit = MathF.Sqrt(6f / ((placed.Shape.InputChannels + placed.Shape.OutputChannels) * placed.Shape.Taps));
        foreach (ref float value in values.AsSpan()) value = (value * 2 - 1) * limit;
        return values;
    }
}

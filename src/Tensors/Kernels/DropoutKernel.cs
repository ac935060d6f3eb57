// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>Dropout of one block: element <c>(h * W + w) * C + c</c> of a sample survives where its uniform number is at least the rate.</summary>
internal static class DropoutKernel
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Writes one mask for each pixel of <c>[C][H][W]</c>; bit <c>i</c> says whether image <c>i</c> keeps the value.</summary>
    public static void Draw(in CounterRandom random, int layer, long step, ReadOnlySpan<int> samples, SampleShape shape, float rate, Span<float> uniforms, Span<ushort> masks)
    {
        int pixels = shape.Pixels;
        masks[..shape.Count].Clear();
        for (int lane = 0; lane < samples.Length; lane++)
        {
            random.Fill(layer, step, samples[lane], uniforms[..shape.Count]);
            for (int c = 0; c < shape.Channels; c++)
                for (int p = 0; p < pixels; p++)
                    if (uniforms[p * shape.Channels + c] >= rate) masks[c * pixels + p] |= (ushort)(1 << lane);
        }
    }
}

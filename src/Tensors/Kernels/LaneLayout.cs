// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>
/// How batches lie in memory: blocks of sixteen images, each <c>[channel][row][column][16 images]</c>. Image <c>i</c> of a block is lane <c>i</c>;
/// lanes without an image hold +0.
/// </summary>
internal static class LaneLayout
{
    /// <summary>Images in a block.</summary>
    public const int Lanes = 16;

    /// <summary>Alignment of lane memory in bytes: one cache line, which is also the widest vector.</summary>
    public const int Alignment = 64;

    /// <summary>Number of blocks that hold a number of images.</summary>
    public static int Blocks(int images) => (images + Lanes - 1) / Lanes;

    /// <summary>The first cache line that begins in some memory: vectors across two lines cost twice.</summary>
    public static unsafe float* Align(float* memory) => (float*)(((nint)memory + Alignment - 1) & -Alignment);

    /// <summary>Copies samples <c>[count][H][W][C]</c> into a block and divides them; lanes from <paramref name="count"/> on become +0.</summary>
    public static void Scatter(ReadOnlySpan<sbyte> samples, int count, SampleShape shape, float divisor, Span<float> block)
    {
        int pixels = shape.Pixels;
        int channels = shape.Channels;
        int done = TransposeKernel.Run(samples, count, shape, divisor, block);
        if (done == shape.Count) return;
        Span<float> quotients = stackalloc float[256];
        for (int i = 0; i < quotients.Length; i++) quotients[i] = (i - 128) / divisor;
        for (int element = done; element < shape.Count; element++)
        {
            Span<float> values = block.Slice((element % channels * pixels + element / channels) * Lanes, Lanes);
            for (int lane = 0; lane < Lanes; lane++) values[lane] = lane < count ? quotients[samples[lane * shape.Count + element] + 128] : 0;
        }
    }

    /// <summary>Copies one lane of a block as <c>[H, W, C]</c>; the destination's length is that of one sample.</summary>
    public static void GatherLane(ReadOnlySpan<float> block, int lane, int channels, Span<float> destination)
    {
        int pixels = destination.Length / channels;
        for (int c = 0; c < channels; c++)
            for (int p = 0; p < pixels; p++) destination[p * channels + c] = block[(c * pixels + p) * Lanes + lane];
    }

    /// <summary>Moves the elements of a block so that their row-major <c>[H, W, C]</c> order is the same under another shape.</summary>
    public static void Reshape(ReadOnlySpan<float> x, SampleShape from, Span<float> y, SampleShape to)
    {
        for (int p = 0; p < from.Pixels; p++)
            for (int c = 0; c < from.Channels; c++)
            {
                int element = p * from.Channels + c;
                int target = element % to.Channels * to.Pixels + element / to.Channels;
                x.Slice((c * from.Pixels + p) * Lanes, Lanes).CopyTo(y.Slice(target * Lanes, Lanes));
            }
    }

    /// <summary>Exchanges the axes of a block: axis <c>i</c> of the result is axis <c>order[i]</c> of <c>[H, W, C]</c>.</summary>
    public static void Permute(ReadOnlySpan<float> x, SampleShape from, ReadOnlySpan<int> order, Span<float> y, SampleShape to)
    {
        Span<int> at = stackalloc int[3];
        for (int h = 0; h < to.Height; h++)
            for (int w = 0; w < to.Width; w++)
                for (int c = 0; c < to.Channels; c++)
                {
                    (at[order[0]], at[order[1]], at[order[2]]) = (h, w, c);
                    int source = (at[2] * from.Height + at[0]) * from.Width + at[1], target = (c * to.Height + h) * to.Width + w;
                    x.Slice(source * Lanes, Lanes).CopyTo(y.Slice(target * Lanes, Lanes));
                }
    }
}

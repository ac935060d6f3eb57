// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Convolutions of one tap at the beginning of a network, each the only reader of the one before, in inference. A pixel of theirs needs no other one, so four at a time go from the samples' bytes through all
/// of them and only the last one's map is written: each map between would be written to a far cache, and copied from it again in the order of the tiles.
/// </summary>
internal sealed class PointwiseStack
{
    private const int Pixels = ConvolutionTile.Pixels;
    private const int Lanes = LaneLayout.Lanes;

    private readonly VectorWidth _width;
    private readonly SampleShape _input;
    private readonly Member[] _members;
    private readonly int _patch;

    /// <summary>Makes a stack, whose parameters are zeros at first.</summary>
    /// <param name="width">Vector width, for which <see cref="TakesInput"/>.</param>
    /// <param name="input">Shape of a sample.</param>
    /// <param name="convolutions">At least one, all with <see cref="TakesConvolution"/>, and the chain behind each.</param>
    /// <exception cref="ArgumentException">Four pixels of sixteen images have more values than an array.</exception>
    public PointwiseStack(VectorWidth width, SampleShape input, IReadOnlyList<(ConvolutionShape Shape, Activation Activation)> convolutions)
    {
        (_width, _input) = (width, input);
        long patch = (long)Pixels * Lanes * convolutions.Max(convolution => convolution.Shape.InputChannels);
        if (PatchesOf(patch, convolutions.Count) > Array.MaxLength) throw new ArgumentException($"four pixels of sixteen images have {patch} values: use fewer channels");
        _patch = (int)patch;
        _members = [.. convolutions.Select(convolution => new Member(convolution.Shape, convolution.Activation))];
        MultiplyAdds = convolutions.Sum(convolution => convolution.Shape.MultiplyAdds);
    }

    /// <summary>How many times four pixels there are; of the last ones some may be found twice.</summary>
    public int Blocks => (_input.Pixels + Pixels - 1) / Pixels;

    /// <summary>Floats that <see cref="Run"/> works in.</summary>
    public int PatchCount => (int)PatchesOf(_patch, _members.Length);

    /// <summary>Multiply-adds of one image.</summary>
    public long MultiplyAdds { get; }

    /// <summary>Whether samples can be read four pixels at a time.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="input">Shape of a sample.</param>
    public static bool TakesInput(VectorWidth width, SampleShape input) => width != VectorWidth.Scalar && TransposeKernel.TakesPatch(input);

    /// <summary>Whether a convolution can be in a stack.</summary>
    /// <param name="shape">The convolution.</param>
    public static bool TakesConvolution(in ConvolutionShape shape) => shape is { Taps: 1, PaddingRows: 0, PaddingColumns: 0 };

    /// <summary>Takes over the parameters of a convolution.</summary>
    /// <param name="index">Which one.</param>
    /// <param name="weights">Its weights <c>[O, I]</c>.</param>
    /// <param name="bias">Its biases, or empty.</param>
    public void SetParameters(int index, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias)
    {
        Member member = _members[index];
        ConvolutionKernel.Pack(_width, member.Shape, weights, member.Packed);
        bias.CopyTo(member.Bias);
        member.HasBias = !bias.IsEmpty;
    }

    /// <summary>Runs some blocks of four pixels; others may run at the same time with other patches. Where two blocks share pixels both write the same bits.</summary>
    /// <param name="samples">Samples <c>[lanes][H][W][C]</c>.</param>
    /// <param name="lanes">Number of images, 1..16.</param>
    /// <param name="divisor">Divisor of their bytes.</param>
    /// <param name="from">First block.</param>
    /// <param name="to">The block after the last.</param>
    /// <param name="patches"><see cref="PatchCount"/> floats.</param>
    /// <param name="map">The last convolution's output <c>[O][pixels][16]</c>.</param>
    public void Run(ReadOnlySpan<sbyte> samples, int lanes, float divisor, int from, int to, Span<float> patches, Span<float> map)
    {
        for (int block = from; block < to; block++)
        {
            int pixel = Math.Min(block * Pixels, _input.Pixels - Pixels);
            Span<float> patch = patches[.._patch], next = patches[_patch..];
            TransposeKernel.RunPatch(samples, lanes, _input, divisor, pixel, _width, patch);
            for (int i = 0; i < _members.Length - 1; i++)
            {
                Convolve(_members[i], patch, lanes, next, 0);
                Span<float> read = patch;
                patch = next;
                next = read;
            }

            Convolve(_members[^1], patch, lanes, map[(pixel * Lanes)..], _input.Pixels);
        }
    }

    /// <summary>One patch is read, the other written; a single convolution writes none.</summary>
    private static long PatchesOf(long patch, int convolutions) => convolutions == 1 ? patch : 2 * patch;

    private void Convolve(Member member, ReadOnlySpan<float> patch, int lanes, Span<float> y, int mapPixels) =>
        ConvolutionKernel.ForwardPatch(_width, member.FourPixels, patch, member.Packed, member.HasBias ? member.Bias : [], member.Activation, lanes, y, mapPixels);

    private sealed class Member(ConvolutionShape shape, Activation activation)
    {
        public ConvolutionShape Shape => shape;

        public ConvolutionShape FourPixels { get; } = shape with { Height = 1, Width = Pixels };

        public Activation Activation => activation;

        public float[] Packed { get; } = new float[shape.WeightCount];

        public float[] Bias { get; } = new float[shape.OutputChannels];

        public bool HasBias { get; set; }
    }
}

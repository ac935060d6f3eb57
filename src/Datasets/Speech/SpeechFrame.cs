// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Datasets.Speech;

/// <summary>Turns a recording into a sample of 128 rows of 128 successive samples (training-flow.md section 4.3, steps 6 to 8).</summary>
internal static class SpeechFrame
{
    /// <summary>Rows of a sample, and samples in a row.</summary>
    public const int Side = 128;

    /// <summary>Shape of a sample: <c>[L = 128 rows, 1, C = 128]</c>.</summary>
    public static SampleShape Shape { get; } = new(Side, 1, Side);

    /// <summary>Cuts or fills up with silence, and quantizes.</summary>
    /// <param name="recording">The recording; what lies outside [-1, 1) saturates.</param>
    /// <param name="destination">Receives 16384 bytes <c>clip(round((x + 1) * 128), 0, 255)</c>, rounded to even; silence is 128.</param>
    public static void Quantize(ReadOnlySpan<double> recording, Span<byte> destination)
    {
        int count = Math.Min(recording.Length, destination.Length);
        for (int i = 0; i < count; i++) destination[i] = (byte)Math.Clamp(Math.Round((recording[i] + 1) * 128), 0, 255);
        destination[count..].Fill(128);
    }
}

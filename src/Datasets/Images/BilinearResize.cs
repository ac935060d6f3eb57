// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets.Images;

/// <summary>
/// Resizes images as the seed's flow does (training-flow.md section 4.2): bilinear in float32, half-pixel centres, no antialiasing.
/// </summary>
internal static class BilinearResize
{
    private const int Channels = 3;

    /// <summary>Resizes a square image to a square one.</summary>
    /// <param name="source">Bytes <c>[side, side, 3]</c>.</param>
    /// <param name="side">Rows and columns of the source.</param>
    /// <param name="destination">Receives bytes <c>[newSide, newSide, 3]</c>: the interpolated value without its fraction.</param>
    /// <param name="newSide">Rows and columns of the result.</param>
    public static void Resize(ReadOnlySpan<byte> source, int side, Span<byte> destination, int newSide)
    {
        Tap[] taps = [.. Enumerable.Range(0, newSide).Select(place => Tap.Of(place, side, newSide))];
        int to = 0;
        foreach (Tap row in taps)
        {
            ReadOnlySpan<byte> upper = source.Slice(row.First * side * Channels, side * Channels);
            ReadOnlySpan<byte> lower = source.Slice(row.Second * side * Channels, side * Channels);
            foreach (Tap column in taps)
            {
                for (int channel = 0; channel < Channels; channel++)
                {
                    int left = (column.First * Channels) + channel;
                    int right = (column.Second * Channels) + channel;
                    float top = upper[left] + ((upper[right] - upper[left]) * column.Weight);
                    float bottom = lower[left] + ((lower[right] - lower[left]) * column.Weight);
                    destination[to++] = (byte)(top + ((bottom - top) * row.Weight));
                }
            }
        }
    }

    /// <summary>The two source places that a place of the result lies between, and how near it is to the second.</summary>
    private readonly record struct Tap(int First, int Second, float Weight)
    {
        public static Tap Of(int place, int side, int newSide)
        {
            float scale = side / (float)newSide;
            float at = ((place + 0.5f) * scale) - 0.5f;
            float below = MathF.Floor(at);
            return new Tap(Math.Max((int)below, 0), Math.Min((int)below + 1, side - 1), at - below);
        }
    }
}

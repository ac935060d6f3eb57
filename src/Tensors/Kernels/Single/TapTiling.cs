// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Runtime.InteropServices;

namespace Ai8x.Tensors.Kernels.Single;

/// <summary>
/// Cuts the output pixels of a convolution into tiles. Pixels of a tile have the same taps inside the image at the same distances, so the kernel skips taps
/// by not having them in its list, without a branch; they need not be neighbours, so small maps and borders fill tiles too.
/// </summary>
internal sealed class TapTiling
{
    private readonly List<Tile> _tiles = [];
    private readonly List<int> _tapInputs = [];
    private readonly List<int> _tapNumbers = [];
    private readonly List<int> _pixelInputs = [];
    private readonly List<int> _pixelOutputs = [];

    /// <summary>Tiles a convolution.</summary>
    /// <param name="outputPixels">Pixels of the output.</param>
    /// <param name="kernelTaps">Taps of the kernel.</param>
    /// <param name="inputStride">Floats of an input pixel.</param>
    /// <param name="outputStride">Floats of an output pixel.</param>
    /// <param name="source">The input pixel that an output pixel reads through a tap, or -1 for none.</param>
    public TapTiling(int outputPixels, int kernelTaps, int inputStride, int outputStride, Func<int, int, int> source)
    {
        KernelTaps = kernelTaps;
        foreach (PixelClass found in Classes(outputPixels, kernelTaps, source).Values)
        {
            int firstTap = _tapInputs.Count;
            foreach ((int tap, int distance) in found.Taps)
            {
                _tapInputs.Add(distance * inputStride);
                _tapNumbers.Add(tap);
            }

            Cut(found.Pixels, firstTap, found.Taps.Count, inputStride, outputStride);
        }

        TapInputs = [.. _tapInputs];
        TapNumbers = [.. _tapNumbers];
        PixelInputs = [.. _pixelInputs];
        PixelOutputs = [.. _pixelOutputs];
    }

    /// <summary>A tile: its taps, its number of pixels (1, 3 or 6) and where both stand in the arrays.</summary>
    public readonly record struct Tile(int FirstTap, int Taps, int FirstPixel, int Pixels);

    public int KernelTaps { get; }

    public ReadOnlySpan<Tile> Tiles => CollectionsMarshal.AsSpan(_tiles);

    public int[] TapInputs { get; }

    public int[] TapNumbers { get; }

    public int[] PixelInputs { get; }

    public int[] PixelOutputs { get; }

    /// <summary>Output pixels, and the input pixel of their first tap, by the taps that they have inside the image.</summary>
    private static Dictionary<string, PixelClass> Classes(int outputPixels, int kernelTaps, Func<int, int, int> source)
    {
        var classes = new Dictionary<string, PixelClass>();
        for (int pixel = 0; pixel < outputPixels; pixel++)
        {
            var taps = new List<(int Tap, int Distance)>();
            int first = 0;
            for (int tap = 0; tap < kernelTaps; tap++)
            {
                int from = source(pixel, tap);
                if (from < 0) continue;
                if (taps.Count == 0) first = from;
                taps.Add((tap, from - first));
            }

            string name = string.Join(' ', taps.Select(tap => string.Create(CultureInfo.InvariantCulture, $"{tap.Tap}:{tap.Distance}")));
            if (!classes.TryGetValue(name, out PixelClass? found)) classes.Add(name, found = new PixelClass(taps, []));
            found.Pixels.Add((first, pixel));
        }

        return classes;
    }

    private void Cut(List<(int Base, int Output)> pixels, int firstTap, int taps, int inputStride, int outputStride)
    {
        for (int start = 0; start < pixels.Count;)
        {
            int left = pixels.Count - start;
            // Slots without a pixel of their own repeat the last one: the same value is stored twice.
            int size = left >= ChannelTile.LargestPixels - 1 ? ChannelTile.LargestPixels : left > 1 ? 3 : 1;
            _tiles.Add(new Tile(firstTap, taps, _pixelInputs.Count, size));
            for (int i = 0; i < size; i++)
            {
                (int from, int output) = pixels[Math.Min(start + i, pixels.Count - 1)];
                _pixelInputs.Add(from * inputStride);
                _pixelOutputs.Add(output * outputStride);
            }

            start += size;
        }
    }

    private sealed record PixelClass(List<(int Tap, int Distance)> Taps, List<(int Base, int Output)> Pixels);
}

// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Cuts the output pixels of a convolution into tiles. Pixels of a tile have the same taps inside the image at the same distances, so the kernel skips taps
/// by not having them in its list, without a branch; they need not be neighbours, so small maps and borders fill tiles too.
/// </summary>
internal sealed class TapTiling
{
    private readonly List<PixelClass> _classes;
    private readonly int _inputStride;
    private readonly int _outputStride;

    /// <summary>Sorts the pixels of a convolution by their taps.</summary>
    /// <param name="outputPixels">Pixels of the output.</param>
    /// <param name="kernelTaps">Taps of the kernel.</param>
    /// <param name="inputStride">Floats of an input pixel.</param>
    /// <param name="outputStride">Floats of an output pixel.</param>
    /// <param name="source">The input pixel that an output pixel reads through a tap, or -1 for none.</param>
    public TapTiling(int outputPixels, int kernelTaps, int inputStride, int outputStride, Func<int, int, int> source)
    {
        (KernelTaps, _inputStride, _outputStride) = (kernelTaps, inputStride, outputStride);
        _classes = Classes(outputPixels, kernelTaps, source);
        Taps = [.. _classes.SelectMany(found => found.Taps).Select(tap => new Tap(tap.Distance * inputStride, tap.Number))];
    }

    /// <summary>A tap inside the image: how far from the pixel's first tap it reads, in floats, and its number in the kernel.</summary>
    public readonly record struct Tap(int Distance, int Number);

    /// <summary>A tile: its taps in <see cref="Taps"/>, its number of pixels and where they stand in the arrays of its <see cref="Cut"/>.</summary>
    public readonly record struct Tile(int FirstTap, int Taps, int FirstPixel, int Pixels);

    /// <summary>All pixels in tiles.</summary>
    /// <param name="Tiles">The tiles.</param>
    /// <param name="PixelInputs">For each pixel of each tile, where its first tap reads, in floats.</param>
    /// <param name="PixelOutputs">For each pixel of each tile, where its output lies, in floats.</param>
    public sealed record Cut(Tile[] Tiles, int[] PixelInputs, int[] PixelOutputs);

    public int KernelTaps { get; }

    public Tap[] Taps { get; }

    /// <summary>Cuts the pixels into tiles of <paramref name="largest"/> pixels, half of them, or one.</summary>
    public Cut Tiles(int largest)
    {
        var tiles = new List<Tile>();
        var inputs = new List<int>();
        var outputs = new List<int>();
        int firstTap = 0;
        foreach (PixelClass found in _classes)
        {
            for (int start = 0, size; start < found.Pixels.Count; start += size)
            {
                // Slots without a pixel of their own repeat the last one: the same value is stored twice.
                int left = found.Pixels.Count - start;
                size = left >= largest - 1 ? largest : left > 1 ? largest / 2 : 1;
                tiles.Add(new Tile(firstTap, found.Taps.Length, inputs.Count, size));
                for (int i = 0; i < size; i++)
                {
                    (int from, int output) = found.Pixels[Math.Min(start + i, found.Pixels.Count - 1)];
                    inputs.Add(checked(from * _inputStride));
                    outputs.Add(checked(output * _outputStride));
                }
            }

            firstTap += found.Taps.Length;
        }

        return new Cut([.. tiles], [.. inputs], [.. outputs]);
    }

    /// <summary>Output pixels, and the input pixel of their first tap, by the taps that they have inside the image.</summary>
    private static List<PixelClass> Classes(int outputPixels, int kernelTaps, Func<int, int, int> source)
    {
        var classes = new List<PixelClass>();
        var taps = new List<(int Number, int Distance)>(kernelTaps);
        for (int pixel = 0; pixel < outputPixels; pixel++)
        {
            taps.Clear();
            int first = 0;
            for (int tap = 0; tap < kernelTaps; tap++)
            {
                int from = source(pixel, tap);
                if (from < 0) continue;
                if (taps.Count == 0) first = from;
                taps.Add((tap, from - first));
            }

            // Neighbours are mostly of the classes that were found last.
            ReadOnlySpan<(int, int)> wanted = CollectionsMarshal.AsSpan(taps);
            int at = classes.Count - 1;
            while (at >= 0 && !wanted.SequenceEqual(classes[at].Taps)) at--;
            if (at < 0) classes.Add(new PixelClass([.. taps], []));
            classes[at < 0 ? ^1 : at].Pixels.Add((first, pixel));
        }

        return classes;
    }

    private sealed record PixelClass((int Number, int Distance)[] Taps, List<(int Base, int Output)> Pixels);
}

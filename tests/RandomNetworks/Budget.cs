// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.RandomNetworks;

/// <summary>Kernel and bias memory that is left, and multiplications that a test can afford. Bounds are from above, so what they allow fits.</summary>
internal sealed class Budget
{
    private const long MostProducts = 1_500_000;

    private int _kernelWords = 768;
    private int _biasBytes = 500;
    private long _products = MostProducts;

    /// <summary>Takes what a layer with weights needs; false if it is not there.</summary>
    public bool TryTake(Geometry geometry, FeatureShape input, FeatureShape output, bool flatten, int bits, ProcessorMap map)
    {
        int lane = map.First % 4, expansions = Channels.Passes(output.Channels), passes = Channels.Passes(input.Channels) * (flatten ? input.Pixels : 1);
        long slots = (long)(map.Last - map.First + 1 + lane) * expansions;
        int size = geometry.KernelSize;
        long words = (slots * passes * size * bits + 71) / 72 + lane + size + 4;
        long products = (long)output.Count * input.Channels * (flatten ? input.Pixels : geometry.KernelRows * geometry.KernelColumns);
        if (words > _kernelWords || products > _products) return false;
        _kernelWords -= (int)words;
        _products -= products;
        return true;
    }

    /// <summary>Takes bias bytes; false if they are not there.</summary>
    public bool TryTakeBias(int channels)
    {
        int bytes = channels + 3 * Channels.Passes(channels) + 1;
        if (bytes > _biasBytes) return false;
        _biasBytes -= bytes;
        return true;
    }
}

// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Globalization;
using Ai8x.Quant;

namespace Ai8x.Flow;

/// <summary>
/// Compares the buffer that the project's own unload function fills with the integer reference of the last layer: 8-bit outputs come channel
/// by channel; 32-bit outputs in groups of four channels, inside a group pixel by pixel (machine.md section 10.3).
/// </summary>
internal static class UnloadComparison
{
    /// <summary>The first value that differs, in words, or null if all agree.</summary>
    public static string? FirstDifference(QuantizedLayer layer, ReadOnlySpan<byte> buffer, ReadOnlySpan<int> expected)
    {
        int width = layer.OutputWidth / 8;
        if (buffer.Length < expected.Length * width)
        {
            return string.Create(CultureInfo.InvariantCulture, $"cnn_unload returns {buffer.Length} bytes, the output has {expected.Length * width}");
        }

        for (int i = 0; i < expected.Length; i++)
        {
            int actual = width == 1 ? (sbyte)buffer[i] : BinaryPrimitives.ReadInt32LittleEndian(buffer[(4 * i)..]);
            int wanted = expected[width == 1 ? i : GroupedIndex(i, layer.Output.Channels, layer.Output.Pixels)];
            if (actual == wanted) continue;
            return string.Create(CultureInfo.InvariantCulture, $"cnn_unload, value {i}: simulated {actual}, integer reference {wanted}");
        }

        return null;
    }

    /// <summary>The class that the unloaded buffer stands for: the channel of the first largest value of a one-pixel output.</summary>
    public static int Prediction(QuantizedLayer layer, ReadOnlySpan<byte> buffer)
    {
        var logits = new int[layer.Output.Channels];
        for (int i = 0; i < logits.Length; i++)
        {
            logits[i] = layer.OutputWidth == 8 ? (sbyte)buffer[i * layer.Output.Pixels] : BinaryPrimitives.ReadInt32LittleEndian(buffer[(4 * i)..]);
        }

        return Flow.Prediction.Of<int>(logits);
    }

    /// <summary>Position in <c>[C, H, W]</c> order of the <paramref name="i"/>-th unloaded word.</summary>
    private static int GroupedIndex(int i, int channels, int pixels)
    {
        int group = i / (4 * pixels);
        int lanes = Math.Min(4, channels - 4 * group);
        int inside = i - 4 * group * pixels;
        return (4 * group + inside % lanes) * pixels + inside / lanes;
    }
}

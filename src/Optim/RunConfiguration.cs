// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ai8x.Layers;
using Ai8x.Tensors;

namespace Ai8x.Optim;

/// <summary>
/// Everything that decides the bits of a run, as text with one setting a line. The number of epochs is not part of it, because a run of
/// more epochs begins like a run of fewer; neither are threads and vector widths.
/// </summary>
internal static class RunConfiguration
{
    // Raised when the same settings begin to mean other bits (docs/numeric-contract.md).
    private const int NumericContract = 1;
    private const int ChunkSamples = 256;

    public static string Describe(Model model, TrainingOptions options, SampleSource training, SampleSource validation)
    {
        var text = new StringBuilder();
        Line(text, $"numeric contract: {NumericContract}");
        Line(text, $"model: {model.Name}");
        Line(text, $"input: {model.InputShape}");
        foreach (LayerNode node in model.Nodes) Line(text, $"layer {node.Index}: {node.Name}: {node.Layer.Settings}");
        Line(text, $"seed of the weights: {model.Seed}");
        Line(text, $"seed: {options.Seed}");
        Line(text, $"input scale: {options.InputScale}");
        Line(text, $"batch size: {options.BatchSize}");
        Line(text, $"optimizer: {options.Optimizer}");
        Line(text, $"learning rate: {options.LearningRate:R}");
        Line(text, $"schedule: {options.Schedule.Settings}");
        // Left out where it is the accuracy, so that checkpoints from before there was a choice go on.
        if (options.Metric != TrainingMetric.Accuracy) Line(text, $"metric: {TrainingMetrics.NameOf(options.Metric)}");
        if (options.MirrorImages) Line(text, $"images: mirrored in half of the epochs");
        if (options.ShiftImages > 0) Line(text, $"images: shifted by up to {options.ShiftImages} pixels");
        if (options.HideImages > 0) Line(text, $"images: a rectangle of up to {options.HideImages} pixels hidden in half of the epochs");
        Line(text, $"training data: {Fingerprint(training)}");
        Line(text, $"validation data: {Fingerprint(validation)}");
        return text.ToString();
    }

    /// <summary>The first line in which two configurations differ. A line that only one of them has stands alone: the other's is empty.</summary>
    public static (string Mine, string Other)? FirstDifference(string mine, string other)
    {
        string[] left = mine.Split('\n'), right = other.Split('\n');
        for (int i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            string a = i < left.Length ? left[i] : "", b = i < right.Length ? right[i] : "";
            if (a == b) continue;
            if (Array.IndexOf(left, b) > i) return (a, "");
            return Array.IndexOf(right, a) > i ? ("", b) : (a, b);
        }

        return null;
    }

    private static string Fingerprint(SampleSource source)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int[] order = EpochOrder.InOrder(source.Count);
        sbyte[] samples = new sbyte[checked(ChunkSamples * source.Shape.Count)];
        byte[] label = new byte[sizeof(int)];
        for (int start = 0; start < order.Length; start += ChunkSamples)
        {
            ReadOnlySpan<int> chunk = order.AsSpan(start, Math.Min(ChunkSamples, order.Length - start));
            source.Fill(chunk, samples);
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(samples.AsSpan(0, chunk.Length * source.Shape.Count)));
            foreach (int index in chunk)
            {
                BinaryPrimitives.WriteInt32LittleEndian(label, source.Label(index));
                hash.AppendData(label);
            }
        }

        return string.Create(
            CultureInfo.InvariantCulture, $"{source.Name}, {source.Count} samples, SHA-256 {Convert.ToHexStringLower(hash.GetHashAndReset())}");
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
}

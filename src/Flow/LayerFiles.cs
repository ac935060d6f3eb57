// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Max78000Sim;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>
/// The outputs of the layers as <c>layer_NN_out.npy</c>, int32 in channel, row, column order (golden vectors use the same form). Without a description the first
/// axis is that of the slots.
/// </summary>
/// <param name="channels">Slots of the channels by hardware layer; empty without a description.</param>
internal sealed class LayerFiles(ImmutableSortedDictionary<int, ChannelSlots> channels)
{
    /// <summary>True if the first axis is that of the channels.</summary>
    public bool HasChannels => !channels.IsEmpty;

    /// <summary>Name of a layer's file.</summary>
    public static string Name(int layer) => string.Create(CultureInfo.InvariantCulture, $"layer_{layer:00}_out.npy");

    /// <summary>Writes one file for each layer.</summary>
    public void Write(string folder, ImmutableArray<LayerSnapshot> snapshots)
    {
        string full = OutputFolder.Require(folder);
        foreach (LayerSnapshot snapshot in snapshots)
        {
            ImmutableArray<int> order = Order(snapshot);
            int pixels = snapshot.Rows * snapshot.Columns;
            var values = new int[order.Length * pixels];
            for (int i = 0; i < order.Length; i++)
                snapshot.Values.AsSpan(order[i] * pixels, pixels).CopyTo(values.AsSpan(i * pixels));
            NpyWriter.Write(Path.Combine(full, Name(snapshot.Layer)), NpyArray.Create<int>(values, order.Length, snapshot.Rows, snapshot.Columns));
        }
    }

    /// <summary>Compares the layers with the files of a folder, in order of execution.</summary>
    /// <returns>The number of compared layers, and the first difference or null.</returns>
    /// <exception cref="FlowException">There is no file for any layer, or one has another shape.</exception>
    /// <exception cref="NpyFormatException">A file is damaged.</exception>
    public (int Layers, LayerDifference? First) Compare(string folder, SimulationResult run)
    {
        int compared = 0;
        for (int position = 0; position < run.Snapshots.Length; position++)
        {
            LayerSnapshot snapshot = run.Snapshots[position];
            string path = Path.Combine(folder, Name(snapshot.Layer));
            if (!File.Exists(path)) continue;
            compared++;
            if (FirstDifference(path, snapshot, position, run) is { } difference) return (compared, difference);
        }

        return compared > 0
            ? (compared, null)
            : throw new FlowException($"The folder '{folder}' holds no expected layer: none of {Name(run.Snapshots[0].Layer)} to {Name(run.Snapshots[^1].Layer)} is there.");
    }

    private LayerDifference? FirstDifference(string path, LayerSnapshot snapshot, int position, SimulationResult run)
    {
        NpyArray expected = NpyReader.Read(path);
        ImmutableArray<int> order = Order(snapshot);
        Check(path, expected, snapshot, order.Length);
        long[] values = expected.ToInt64Array();
        int pixels = snapshot.Rows * snapshot.Columns;

        // The first difference in the order in which the chip computes: pixel by pixel, in them channel by channel.
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            for (int channel = 0; channel < order.Length; channel++)
            {
                int actual = snapshot.Values[order[channel] * pixels + pixel];
                if (actual == values[channel * pixels + pixel]) continue;
                int row = pixel / snapshot.Columns, column = pixel % snapshot.Columns;
                return new LayerDifference(
                    snapshot.Layer, run.LayerNames[position], channel, row, column, run.Inference.OutputCycle(position, snapshot, order[channel], row, column),
                    values[channel * pixels + pixel], actual);
            }
        }

        return null;
    }

    private void Check(string path, NpyArray expected, LayerSnapshot snapshot, int channelCount)
    {
        int[] shape = [channelCount, snapshot.Rows, snapshot.Columns];

        // Data of one dimension, and vectors, come with or without their axes of length 1.
        bool same = expected.Count == shape[0] * shape[1] * shape[2]
            && expected.Shape.Where(n => n != 1).SequenceEqual(shape.Where(n => n != 1));
        if (same) return;
        string hint = HasChannels ? "Compare with the arrays of this network." : "The axes are slots; give --config-file and --checkpoint-file to compare channels.";
        throw new FlowException(string.Create(
            CultureInfo.InvariantCulture,
            $"'{path}' has shape {expected.ShapeText}, but layer {snapshot.Layer} has {(HasChannels ? "channels" : "slots")}, rows, columns ({shape[0]}, {shape[1]}, {shape[2]}). {hint}"));
    }

    private ImmutableArray<int> Order(LayerSnapshot snapshot)
    {
        if (!HasChannels) return [.. Enumerable.Range(0, snapshot.Slots.Length)];
        return channels.TryGetValue(snapshot.Layer, out ChannelSlots? slots)
            ? slots.Order(snapshot)
            : throw new FlowException($"The program runs layer {snapshot.Layer}, which the description (--config-file) does not have.");
    }
}

// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using Ai8x.Networks;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>
/// The sample that is saved beside an exported model (training-flow.md section 2): <c>sampledata.npy</c>, int32, channel first, and
/// <c>sampledata.log</c> with label, prediction and logits.
/// </summary>
internal static class SavedSample
{
    /// <summary>Writes both files and returns the path of the first.</summary>
    public static string Write(string folder, SampleSource source, int index, NetworkGraph graph, ComputeContext context)
    {
        var sample = new sbyte[source.Shape.Count];
        source.Fill([index], sample);
        string path = Path.Combine(folder, "sampledata.npy");
        WriteArray(path, sample, source.Shape);
        float[] logits = new float[source.ClassNames.Length];
        using (var runner = new GraphRunner(graph, context, 1))
        {
            runner.Run(sample, 1, graph.InputScale ?? NetworkGraph.DefaultInputScale, logits);
        }

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"index: {index}\n");
        text.Append(CultureInfo.InvariantCulture, $"actual class:{source.Label(index)}\n");
        text.Append(CultureInfo.InvariantCulture, $"predicted:{Prediction.Of(logits)}\n");
        text.Append("predictions:\n[[").AppendJoin(' ', logits.Select(v => v.ToString("R", CultureInfo.InvariantCulture))).Append("]]\n");
        AtomicFile.WriteText(Path.Combine(folder, "sampledata.log"), text.ToString());
        return path;
    }

    /// <summary>Writes one sample, given as <c>[H, W, C]</c>, as <c>[C, H, W]</c> of int32.</summary>
    public static void WriteArray(string path, ReadOnlySpan<sbyte> sample, SampleShape shape)
    {
        var values = new int[shape.Count];
        for (int pixel = 0; pixel < shape.Pixels; pixel++)
        {
            for (int channel = 0; channel < shape.Channels; channel++) values[channel * shape.Pixels + pixel] = sample[pixel * shape.Channels + channel];
        }

        NpyWriter.Write(path, NpyArray.Create<int>(values, shape.Channels, shape.Height, shape.Width));
    }
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Onnx.Reading;

/// <summary>Factors and offsets behind a finished layer or the network input, on their way into the weights of the layer that reads the data.</summary>
/// <param name="Factors">Factor for each feature of the producer.</param>
/// <param name="Offsets">Offset for each feature, added behind the factor.</param>
/// <param name="Node">The node they come from.</param>
internal sealed record PendingScale(double[] Factors, double[] Offsets, NodeView Node)
{
    /// <summary>The two as one number for each channel of a map, or null where they differ inside a channel.</summary>
    /// <param name="tensor">The map with its channels in front.</param>
    /// <param name="channels">Number of channels.</param>
    public (double[] Factors, double[] Offsets)? ByChannel(FeatureTensor tensor, int channels) => ByChannel(tensor, channels, Factors, Offsets);

    /// <summary>Values for each feature as one for each channel, or null where they differ inside a channel.</summary>
    /// <param name="tensor">The map with its channels in front.</param>
    /// <param name="channels">Number of channels.</param>
    /// <param name="factors">Factor for each feature.</param>
    /// <param name="offsets">Offset for each feature.</param>
    public static (double[] Factors, double[] Offsets)? ByChannel(FeatureTensor tensor, int channels, double[] factors, double[] offsets)
    {
        int pixels = tensor.Count / channels;
        double[] factor = new double[channels], offset = new double[channels];
        for (int i = 0; i < tensor.Count; i++)
        {
            int feature = tensor.Feature(i), channel = i / pixels;
            if (i % pixels == 0) (factor[channel], offset[channel]) = (factors[feature], offsets[feature]);
            else if (factor[channel] != factors[feature] || offset[channel] != offsets[feature]) return null;
        }

        return (factor, offset);
    }
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels.Single;

/// <summary>The output channels of a layer in groups of up to three vectors, each of which a tile computes at once.</summary>
internal sealed class ChannelGroups
{
    private readonly int _channels;
    private readonly int _lanes;
    private readonly int _vectors;

    /// <summary>Groups the channels.</summary>
    /// <param name="width">Vector width.</param>
    /// <param name="channels">Output channels.</param>
    public ChannelGroups(VectorWidth width, int channels)
    {
        _channels = channels;
        _lanes = (int)width;
        _vectors = (channels + _lanes - 1) / _lanes;
        Count = ChannelBlocks.Count(_vectors, LargestBlock(width));
    }

    /// <summary>Number of groups.</summary>
    public int Count { get; }

    /// <summary>Output channels in whole vectors.</summary>
    public int Lanes => _vectors * _lanes;

    /// <summary>First output channel of a group and number of lanes in it; the first groups may have one vector more than the last.</summary>
    public (int First, int Count) Outputs(int group)
    {
        int start = ChannelBlocks.Start(_vectors, Count, group), end = ChannelBlocks.Start(_vectors, Count, group + 1);
        return (start * _lanes, (end - start) * _lanes);
    }

    /// <summary>Vectors of a group.</summary>
    public int Vectors(int group) => Outputs(group).Count / _lanes;

    /// <summary>Lays weights <c>[output][i]</c> out as <c>[group][i][outputs of the group]</c>; lanes without an output are left as they are.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="perOutput">Weights of an output.</param>
    /// <param name="packed">Receives <see cref="Lanes"/> times <paramref name="perOutput"/> floats.</param>
    public void Pack(ReadOnlySpan<float> weights, int perOutput, Span<float> packed)
    {
        for (int group = 0; group < Count; group++)
        {
            (int first, int count) = Outputs(group);
            Span<float> target = packed[(first * perOutput)..];
            for (int o = 0; o < Math.Min(count, _channels - first); o++)
                for (int i = 0; i < perOutput; i++) target[i * count + o] = weights[(first + o) * perOutput + i];
        }
    }

    private static int LargestBlock(VectorWidth width) => width switch
    {
        VectorWidth.Scalar => 1,
        _ => 3,
    };
}

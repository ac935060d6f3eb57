// SPDX-License-Identifier: MIT
using System.Runtime.Intrinsics;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// The 3x3 kernels of a layer for Winograd's minimal filtering F(2x2, 3x3): four neighbouring outputs from 16 products a channel in place of 36. The usual kernel transform has halves; it is
/// taken twice in each direction here, so that everything stays an integer and the sums come out four times as large, exactly.
/// </summary>
/// <remarks>
/// Inputs are signed bytes, so transformed ones reach 512 at most and transformed kernels 1152: both are 16-bit, and products of pairs do not overflow. Over the most channels that are taken
/// all sums stay below 2^28.
/// </remarks>
internal sealed class MinimalFilterPlan
{
    /// <summary>Products that take the place of the taps: those of a 4x4 window.</summary>
    public const int Positions = 16;

    /// <summary>How many times as large as the layer's the sums are, as a shift.</summary>
    public const int ScaleBits = 2;

    /// <summary>Below these the transforms take longer than they save.</summary>
    private const int FewestChannels = 16, FewestPixels = 64;

    /// <summary>The transformed windows of more would leave the first cache.</summary>
    private const int MostChannels = 128;

    private const int Size = 3, GroupSlots = ConvolutionPlan.GroupSlots, VectorWeights = 2 * GroupSlots;

    private MinimalFilterPlan(LayerConfiguration layer, ConvolutionPlan plan, int channels)
    {
        Channels = channels;
        Pairs = channels / 2;
        OutputRows = layer.OutputRows;
        OutputColumns = layer.OutputColumns;
        TileColumns = (layer.OutputColumns + 1) / 2;
        Tiles = (layer.OutputRows + 1) / 2 * TileColumns;
        LastRead = (2L * ((layer.OutputRows + 1) / 2) + 1) * plan.RowStride + (2 * TileColumns + 2) * channels;
        GroupWeights = Pairs * VectorWeights;
        Groups = plan.Groups;
        Weights = new short[Positions * Groups * GroupWeights];
        for (int group = 0; group < Groups; group++)
        {
            for (int pair = 0; pair < Pairs; pair++)
                Transform(plan, group, pair);
        }
    }

    public int Channels { get; }

    public int Pairs { get; }

    public int OutputRows { get; }

    public int OutputColumns { get; }

    /// <summary>Tiles of two columns, the last one possibly with one that does not count.</summary>
    public int TileColumns { get; }

    /// <summary>Tiles of two rows and two columns.</summary>
    public int Tiles { get; }

    /// <summary>Values of the image up to the last one that is read, whether it counts or not.</summary>
    public long LastRead { get; }

    /// <summary>Transformed weights as <c>[position][group][pair][place of 16][2]</c>.</summary>
    public short[] Weights { get; }

    /// <summary>Groups of sixteen places.</summary>
    public int Groups { get; }

    /// <summary>Weights of one position and group.</summary>
    public int GroupWeights { get; }

    /// <summary>Transforms the kernels of a layer, or gives null if that makes nothing faster.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="plan">Its kernels.</param>
    /// <param name="channels">Channels of its input.</param>
    public static MinimalFilterPlan? For(LayerConfiguration layer, ConvolutionPlan plan, int channels)
    {
        bool suits = layer is { KernelRows: Size, KernelColumns: Size } && plan.KernelRows == Size && plan.Pixels >= FewestPixels
            && channels is >= FewestChannels and <= MostChannels && channels % 2 == 0;
        return suits ? new MinimalFilterPlan(layer, plan, channels) : null;
    }

    /// <summary>Where a tile's 4x4 window begins in the image.</summary>
    public int TileOffset(int tile, int rowStride) => tile / TileColumns * 2 * rowStride + tile % TileColumns * 2 * Channels;

    /// <summary>Two channels of sixteen places.</summary>
    private void Transform(ConvolutionPlan plan, int group, int pair)
    {
        Span<Vector512<short>> rows = new Vector512<short>[(Size + 1) * Size];
        for (int column = 0; column < Size; column++)
        {
            Vector512<short> Tap(int row) =>
                Vector512.Create<short>(plan.Weights.AsSpan(group * plan.GroupWeights + (row * plan.Pairs + column * Pairs + pair) * VectorWeights, VectorWeights));
            (rows[column], rows[Size + column], rows[2 * Size + column], rows[3 * Size + column]) = Transform(Tap(0), Tap(1), Tap(2));
        }

        for (int row = 0; row <= Size; row++)
        {
            (Vector512<short> first, Vector512<short> second, Vector512<short> third, Vector512<short> last) =
                Transform(rows[row * Size], rows[row * Size + 1], rows[row * Size + 2]);
            int position = row * (Size + 1);
            Store(first, position, group, pair);
            Store(second, position + 1, group, pair);
            Store(third, position + 2, group, pair);
            Store(last, position + 3, group, pair);
        }
    }

    /// <summary>Three taps in one direction, twice the usual values.</summary>
    private static (Vector512<short> First, Vector512<short> Second, Vector512<short> Third, Vector512<short> Last) Transform(
        Vector512<short> left, Vector512<short> middle, Vector512<short> right)
    {
        Vector512<short> outer = left + right;
        return (left + left, outer + middle, outer - middle, right + right);
    }

    private void Store(Vector512<short> weights, int position, int group, int pair) =>
        weights.CopyTo(Weights.AsSpan((position * Groups + group) * GroupWeights + pair * VectorWeights, VectorWeights));
}

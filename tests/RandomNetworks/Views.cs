// SPDX-License-Identifier: MIT
namespace Ai8x.RandomNetworks;

/// <summary>The same data, read with other dimensions or without some of its rows.</summary>
internal static class Views
{
    public static bool TryReshape(NetworkBuilder builder)
    {
        Tensor source = builder.Current;
        int pixels = source.Shape.Pixels;
        if (!source.IsShared || source.Operands > 1 || source.Crop != (0, 0) || pixels is 1 or > 1000) return false;
        int[] columns = [.. Enumerable.Range(1, pixels).Where(c => pixels % c == 0)];
        int chosen = builder.Random.Next(2) == 0 ? 1 : columns[builder.Random.Next(columns.Length)];
        builder.Current = source with { Shape = source.Shape with { Rows = pixels / chosen, Columns = chosen }, NamesDimensions = true };
        builder.Note("reshape");
        return false;
    }

    public static bool TryCrop(NetworkBuilder builder)
    {
        Tensor source = builder.Current;
        if (source.Layers.Contains(-1) || source.NamesDimensions || source.Operands > 1 || source.Crop != (0, 0) || source.Shape.Rows < 4) return false;
        int top = builder.Random.Next(1, source.Shape.Rows / 2), bottom = builder.Random.Next(1, source.Shape.Rows / 2);
        builder.Current = source with { Shape = source.Shape with { Rows = source.Shape.Rows - top - bottom }, Crop = (top, bottom) };
        builder.Note("crop");
        return false;
    }
}

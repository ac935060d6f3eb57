// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.RandomNetworks;

/// <summary>What a layer does to the dimensions of its data.</summary>
internal sealed record Geometry(LayerOperator Operator, int KernelRows, int KernelColumns, int Padding, int Dilation = 1, Pooling? Pooling = null)
{
    public static Geometry Copy { get; } = new(LayerOperator.None, 1, 1, 0);

    public static Geometry Point { get; } = new(LayerOperator.Linear, 1, 1, 0);

    /// <summary>Elements of one kernel as the accelerator stores it.</summary>
    public int KernelSize => IsFolded ? 9 : Operator == LayerOperator.Conv1d ? (KernelRows - 1) * Dilation + 1 : KernelRows * KernelColumns;

    /// <summary>Whether a dilated convolution runs as a 3x3 convolution over the folded line.</summary>
    public bool IsFolded => Operator == LayerOperator.Conv1d && (KernelRows - 1) * Dilation >= 9;

    public FeatureShape Pooled(FeatureShape input) => Pooling is null ? input : input with
    {
        Rows = (input.Rows + Pooling.Stride - Pooling.Rows) / Pooling.Stride,
        Columns = Operator is LayerOperator.Conv1d or LayerOperator.None && input.Columns == 1 ? 1 : (input.Columns + Pooling.Stride - Pooling.Columns) / Pooling.Stride,
    };

    /// <summary>Rows and columns of the output; below 1 where it does not fit.</summary>
    public (int Rows, int Columns) Output(FeatureShape input)
    {
        FeatureShape pooled = Pooled(input);
        if (pooled.Rows < 1 || pooled.Columns < 1) return (0, 0);
        return Operator switch
        {
            LayerOperator.None => (pooled.Rows, pooled.Columns),
            LayerOperator.Linear => (1, 1),
            LayerOperator.Conv1d => (pooled.Rows + 2 * Padding - Dilation * (KernelRows - 1), 1),
            LayerOperator.ConvTranspose2d => (2 * pooled.Rows + 2 - 2 * Padding, 2 * pooled.Columns + 2 - 2 * Padding),
            _ => (pooled.Rows + 2 * Padding - KernelRows + 1, pooled.Columns + 2 * Padding - KernelColumns + 1),
        };
    }

    /// <summary>Another kernel that gives the same dimensions.</summary>
    public Geometry Alternative(Random random) => this switch
    {
        { Operator: LayerOperator.Conv2d, KernelRows: 3, Padding: 1 } when random.Next(2) == 0 => this with { KernelRows = 1, KernelColumns = 1, Padding = 0 },
        { Operator: LayerOperator.Conv2d, KernelRows: 1 } when random.Next(2) == 0 => this with { KernelRows = 3, KernelColumns = 3, Padding = 1 },
        { Operator: LayerOperator.Conv1d, Dilation: 1 } when KernelRows == 2 * Padding + 1 && random.Next(2) == 0 => this with { KernelRows = 5, Padding = 2 },
        _ => this,
    };

    /// <summary>A random geometry for data of a shape, or null if the first idea does not fit.</summary>
    public static Geometry? Choose(Random random, FeatureShape input)
    {
        bool line = input.Columns == 1 && random.Next(8) != 0;
        Geometry geometry = line ? Line(random, input) : random.Next(8) == 0 ? new(LayerOperator.ConvTranspose2d, 3, 3, random.Next(3)) : Plane(random, input);
        (int rows, int columns) = geometry.Output(input);
        return rows is >= 1 and <= 1000 && columns is >= 1 and <= 1000 ? geometry : null;
    }

    public static Pooling? Window(Random random, FeatureShape input)
    {
        if (random.Next(2) == 0) return null;
        int most = random.Next(6) == 0 ? 16 : 4;
        int rows = random.Next(1, Math.Min(most, input.Rows) + 1), columns = random.Next(2) == 0 ? rows : random.Next(1, most + 1);
        columns = Math.Min(columns, input.Columns);
        int stride = random.Next(3) == 0 ? random.Next(1, most + 1) : Math.Min(16, Math.Max(rows, columns));
        return (rows, columns, stride) == (1, 1, 1) ? null : new((rows, columns) == (1, 1) || random.Next(2) == 0 ? PoolingKind.Max : PoolingKind.Average, rows, columns, stride);
    }

    private static Geometry Plane(Random random, FeatureShape input) => random.Next(3) == 0
        ? new(LayerOperator.Conv2d, 1, 1, 0, 1, Window(random, input))
        : new(LayerOperator.Conv2d, 3, 3, random.Next(3), 1, Window(random, input));

    private static Geometry Line(Random random, FeatureShape input)
    {
        int kernel = random.Next(1, 10), padding = random.Next(Math.Min(3, kernel));
        if (kernel == 1 || random.Next(4) != 0) return new(LayerOperator.Conv1d, kernel, 1, padding, 1, Window(random, input));
        bool folded = random.Next(2) == 0;
        kernel = folded ? random.Next(2, 4) : random.Next(2, 6);
        if (folded) return new(LayerOperator.Conv1d, kernel, 1, 0, random.Next((9 + kernel - 2) / (kernel - 1), Math.Max(14, input.Rows / 2)));
        return new(LayerOperator.Conv1d, kernel, 1, random.Next(Math.Min(3, kernel)), random.Next(1, 8 / (kernel - 1) + 1), Window(random, input));
    }
}

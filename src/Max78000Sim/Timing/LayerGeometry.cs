// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Timing;

/// <summary>The numbers of a layer that its sequencer counts with (latency.md section 2). All of them are those of the hardware layer, after substitutions.</summary>
public sealed record LayerGeometry
{
    /// <summary>Largest value of any number here; the hardware counters are narrower.</summary>
    private const int Maximum = 1 << 20;

    /// <summary>Rows that the convolution sees without padding (<c>Hp</c>): pooled, and doubled for a transposed convolution.</summary>
    public required int Rows { get; init; }

    /// <summary>Columns likewise (<c>Wp</c>); 1 for one-dimensional data.</summary>
    public required int Columns { get; init; }

    /// <summary>Rows of the pooling window (<c>ph</c>), 1 without pooling.</summary>
    public int PoolRows { get; init; } = 1;

    /// <summary>Columns of the pooling window (<c>pw</c>), 1 without pooling.</summary>
    public int PoolColumns { get; init; } = 1;

    /// <summary>Step from one pooling window to the next, at least 1.</summary>
    public int PoolStride { get; init; } = 1;

    /// <summary>Kernel rows (<c>Kr</c>); 1 for a pass-through layer.</summary>
    public int KernelRows { get; init; } = 1;

    /// <summary>Kernel columns (<c>Kc</c>).</summary>
    public int KernelColumns { get; init; } = 1;

    /// <summary>Padding rows on each side (<c>Pr</c>).</summary>
    public int PadRows { get; init; }

    /// <summary>Padding columns on each side (<c>Pc</c>).</summary>
    public int PadColumns { get; init; }

    /// <summary>Passes (<c>M</c>), at least 1; for a pooling pass-through layer those of the formula, <c>2 * passes - 1</c>.</summary>
    public int Passes { get; init; } = 1;

    /// <summary>Operands of an element-wise operation (<c>E</c>), 1 without one.</summary>
    public int Operands { get; init; } = 1;

    /// <summary>Output slots (<c>O</c>), or time slots (<c>T</c>) of a pass-through layer.</summary>
    public required int Slots { get; init; }

    /// <summary>No convolution: values pass through, pooled and combined.</summary>
    public bool PassThrough { get; init; }

    /// <summary>The element-wise operation comes before the pooling.</summary>
    public bool PoolLast { get; init; }

    /// <summary>The pass counter is extended (<c>F</c> = 1): one more cycle at the start.</summary>
    public bool ExtendedPasses { get; init; }

    /// <summary>First kernel word of the layer (<c>KO</c>); only a layer that pools last spends time on it.</summary>
    public int FirstKernelWord { get; init; }

    /// <summary>Output rows.</summary>
    public int OutputRows => PassThrough ? Rows : Rows + 2 * PadRows - KernelRows + 1;

    /// <summary>Output columns (<c>Wo</c>).</summary>
    public int OutputColumns => PassThrough ? Columns : Columns + 2 * PadColumns - KernelColumns + 1;

    internal int Window => PoolRows * PoolColumns;

    /// <summary>Cycles before the first pixel in which kernels are read ahead.</summary>
    internal long KernelReads
    {
        get
        {
            if (!PoolLast || PassThrough)
                return 0;
            long windows = (long)(Rows + 2 * PadRows - KernelColumns + 1) * PadColumns
                + (long)(Columns + 2 * PadColumns - KernelRows + 1) * PadRows - (long)PadRows * PadColumns;
            return Math.Max(0, windows) * FirstKernelWord;
        }
    }

    internal void Check()
    {
        foreach ((string name, int value, int minimum) in ((string, int, int)[])
            [
                (nameof(Rows), Rows, 1), (nameof(Columns), Columns, 1), (nameof(PoolRows), PoolRows, 1), (nameof(PoolColumns), PoolColumns, 1),
                (nameof(PoolStride), PoolStride, 1), (nameof(KernelRows), KernelRows, 1), (nameof(KernelColumns), KernelColumns, 1), (nameof(PadRows), PadRows, 0),
                (nameof(PadColumns), PadColumns, 0), (nameof(Passes), Passes, 1), (nameof(Operands), Operands, 1), (nameof(Slots), Slots, 1),
                (nameof(FirstKernelWord), FirstKernelWord, 0), (nameof(OutputRows), OutputRows, 1), (nameof(OutputColumns), OutputColumns, 1),
            ])
        {
            if (value < minimum || value > Maximum)
                throw new ArgumentException($"{name} of a layer is {minimum} to {Maximum}, not {value}.");
        }

        if (PassThrough && (PadRows | PadColumns) != 0)
            throw new ArgumentException("A pass-through layer has no padding.");
    }
}

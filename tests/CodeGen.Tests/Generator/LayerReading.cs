// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen.Tests.Generator;

/// <summary>
/// What the registers of one layer make the accelerator read and write: machine.md sections 3.4 and 11.2 to 11.6 in plain loops. It knows a
/// program's bus writes and nothing else, and shares no code with generator or simulator.
/// </summary>
internal sealed class LayerReading
{
    private const int InstanceWords = 8192;

    private readonly IReadOnlyDictionary<uint, uint> _bus;
    private readonly int _layer;

    public LayerReading(IReadOnlyDictionary<uint, uint> bus, int layer)
    {
        (_bus, _layer) = (bus, layer);
        uint rows = Register(0, 0), columns = Register(0, 1), oned = Register(0, 2), control = Register(0, 11), control2 = Register(0, 20), post = Register(0, 15);
        PaddingRows = (int)(rows >> 16 & 3);
        PaddingColumns = (int)(columns >> 16 & 3);
        Rows = (int)(rows & 0x3ff) + 1 - 2 * PaddingRows;
        Columns = (int)(columns & 0x3ff) + 1 - 2 * PaddingColumns;
        PoolRows = (int)(Register(0, 3) & 0xf) + 1;
        PoolColumns = (int)(Register(0, 4) & 0xf) + 1;
        Stride = (int)(Register(0, 5) & 0xf) + 1;
        Operands = (oned >> 13 & 1) != 0 ? (int)(oned >> 18 & 0xf) + 1 : 1;
        IsTimeSlots = (post >> 24 & 1) != 0;
        IsStretched = (post >> 28 & 1) != 0;
        bool flatten = Enumerable.Range(0, 4).Any(g => (Register(g, 15) >> 27 & 1) != 0);
        Passes = (int)((flatten ? (post >> 18 & 0xf) << 4 : 0) | (control2 & 0xf)) + 1;
        IsChw = (control >> 6 & 1) != 0;
        IsWide = (control >> 16 & 1) != 0;
        Bits = new[] { 8, 1, 2, 4 }[post >> 22 & 3];
        int width = (int)(oned >> 8 & 0xf);
        bool line = (oned >> 12 & 1) != 0;
        (KernelRows, KernelColumns) = line ? (width, 1) : width == 1 ? (1, 1) : (3, 3);
        uint count = Register(0, 12);
        CounterStart = (int)(count >> 16);
        KernelCount = (int)((count & 0xffff) - (count >> 16)) / Bits + 1;
        SlotsPerExpansion = (int)(control2 >> 8 & 0x1ff) / Bits + 1;
    }

    public int Rows { get; }

    public int Columns { get; }

    public int PaddingRows { get; }

    public int PaddingColumns { get; }

    public int PoolRows { get; }

    public int PoolColumns { get; }

    public int Stride { get; }

    public int Operands { get; }

    /// <summary>Whether the layer has no weights.</summary>
    public bool IsTimeSlots { get; }

    /// <summary>Whether zeros are inserted between the pixels.</summary>
    public bool IsStretched { get; }

    public int Passes { get; }

    public bool IsChw { get; }

    public bool IsWide { get; }

    public int Bits { get; }

    public int KernelRows { get; }

    public int KernelColumns { get; }

    public int KernelSize => KernelRows * KernelColumns;

    public int CounterStart { get; }

    public int KernelCount { get; }

    public int SlotsPerExpansion { get; }

    public int Slots => KernelCount / Passes;

    /// <summary>First byte of the kernels in a processor's kernel memory.</summary>
    public int KernelBase => KernelSize * (CounterStart >> 3) + (int)(Register(0, 2) >> 4 & 0xf);

    /// <summary>Words of the ring that a streaming layer reads, 0 without.</summary>
    public int Ring => (int)(Register(0, 18) & 0x1ffff);

    /// <summary>Enabled processors, ascending.</summary>
    public IEnumerable<int> Processors => Enumerable.Range(0, 64).Where(p => (Register(p / 16, 14) >> (p % 16) & 1) != 0 && (IsTimeSlots || (Register(p / 16, 14) >> (p % 16 + 16) & 1) != 0));

    /// <summary>Quadrants whose sums go into the result.</summary>
    public IEnumerable<int> SummedQuadrants => Enumerable.Range(0, 4).Where(g => g == 0 || (Register(0, 11) >> (12 + g) & 1) != 0);

    public int ReadPointer(int quadrant) => (int)Register(quadrant, 10);

    /// <summary>The word from which a processor reads a datum.</summary>
    public int InputWord(int processor, int pixel, int pass, int operand)
    {
        int pointer = ReadPointer(processor / 16), offset = IsChw ? pixel / 4 : (pixel * Passes + pass) * Operands + operand;
        return Checked(processor / 4, pointer + offset);
    }

    /// <summary>Pixels that are read.</summary>
    public int InputPixels => IsStretched ? Rows / 2 * (Columns / 2) : Rows * Columns;

    /// <summary>Rows and columns of the output.</summary>
    public (int Rows, int Columns) Output
    {
        get
        {
            int rows = IsStretched ? Rows : (Rows + Stride - PoolRows) / Stride, columns = IsStretched ? Columns : (Columns + Stride - PoolColumns) / Stride;
            return IsTimeSlots ? (rows, columns) : (rows + 2 * PaddingRows - KernelRows + 1, columns + 2 * PaddingColumns - KernelColumns + 1);
        }
    }

    /// <summary>Word and lane that an output slot's value of a pixel goes to; a 32-bit value has lane 0.</summary>
    public (int Word, int Lane) SlotPlace(int slot, int pixel)
    {
        (int expansion, int y) = Math.DivRem(slot, SlotsPerExpansion);
        int increment = (int)(Register(0, 20) >> 4 & 0xf) + 1;
        int start = (int)(Register(0, 6) + (uint)(y / 4) * Register(0, 8) + (uint)expansion * Register(0, 9));
        (int instance, int word) = Math.DivRem(start, InstanceWords);
        return IsWide ? (Checked(instance, word + 4 * pixel * increment + y % 4), 0) : (Checked(instance, word + pixel * increment), y % 4);
    }

    /// <summary>Word and lane that a processor's datum goes to in a layer without weights.</summary>
    public (int Word, int Lane) CopyPlace(int processor, int pixel, int pass)
    {
        int quadrant = processor / 16, rank = Processors.Where(p => p / 16 == quadrant).ToList().IndexOf(processor);
        int increment = (int)(Register(quadrant, 20) >> 4 & 0xf) + 1;
        (int instance, int word) = Math.DivRem((int)(Register(quadrant, 6) + (uint)(rank / 4) * Register(quadrant, 7)), InstanceWords);
        return (Checked(instance, word + (pixel * Passes + pass) * increment), rank % 4);
    }

    /// <summary>All words that the layer writes, one for each time.</summary>
    public IEnumerable<int> WrittenWords()
    {
        (int rows, int columns) = Output;
        for (int pixel = 0; pixel < rows * columns; pixel++)
        {
            if (IsTimeSlots)
            {
                foreach (int word in Processors.SelectMany(p => Enumerable.Range(0, Passes).Select(e => CopyPlace(p, pixel, e).Word)).Distinct()) yield return word;
            }
            else
            {
                foreach (int word in Enumerable.Range(0, Slots).Select(slot => SlotPlace(slot, pixel).Word).Distinct()) yield return word;
            }
        }
    }

    /// <summary>The bias of an output slot from the quadrants that add one; null without.</summary>
    public int? Bias(int slot, IReadOnlyDictionary<int, byte[]> memories, int firstIndex)
    {
        int? sum = null;
        foreach (int quadrant in SummedQuadrants)
        {
            uint post = Register(quadrant, 15);
            if ((post >> 12 & 1) != 0) sum = (sum ?? 0) + (sbyte)memories[quadrant][(int)(post & 0xfff) + firstIndex + slot];
        }

        return sum;
    }

    private static int Checked(int instance, int word)
    {
        Assert.InRange(word, 0, InstanceWords - 1);
        Assert.InRange(instance, 0, 15);
        return instance * InstanceWords + word;
    }

    private uint Register(int quadrant, int number) => _bus.GetValueOrDefault(0x50100010 + (uint)quadrant * 0x400000 + 0x80 * (uint)number + 4 * (uint)_layer);
}

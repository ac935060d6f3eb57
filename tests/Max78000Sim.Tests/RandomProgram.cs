// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Numerics;
using Ai8x.Device;
using Ai8x.Max78000Sim.Projects;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>A random legal program of one layer, drawn as register values, with random kernels, biases and input (machine.md sections 5 and 11).</summary>
internal sealed class RandomProgram
{
    private const uint FirstOutputWord = 4096;

    private readonly Random _random;
    private readonly List<(uint Address, uint Value)> _configure = [];
    private readonly List<BusOperation> _load = [];
    private readonly List<(uint Address, uint Value)> _input = [];
    private readonly List<(uint Address, uint Value)> _bias = [];
    private readonly bool _large;
    private readonly bool _extreme;
    private bool _rounds;

    /// <summary>Draws a program.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="large">A two-dimensional 3x3 layer, transposed or not, of at least sixteen channels and 64 pixels, every fourth one with the most negative values alone.</param>
    public RandomProgram(int seed, bool large = false)
    {
        _random = new Random(seed);
        _large = large;
        _extreme = large && seed % 4 == 0;
        Kind = large ? Chance(4) ? "transposed" : "3x3" : _random.Next(6) switch { 0 => "pass-through", 1 => "transposed", 2 => "1-D", 3 => "1x1", _ => "3x3" };
        Draw();
    }

    /// <summary>What the layer is, in words.</summary>
    public string Kind { get; }

    public LoadedProject Project()
    {
        static ProgramFunction Function(string name, IEnumerable<BusOperation> operations) => new(name, "random", [.. operations]);
        static IEnumerable<BusOperation> Writes(IEnumerable<(uint Address, uint Value)> writes) => writes.Select(w => new BusOperation(BusOperationKind.Write, w.Address, w.Value));
        uint control = 0x00100008 | (_rounds ? 1u << 13 : 0);
        uint[] quadrants = [0, 0x400000, 0x800000, 0xc00000];
        ImmutableArray<ProgramFunction> functions =
        [
            Function("cnn_init", Writes(quadrants.Select(q => (0x50100000 + q, 0x00100008u)))),
            Function("cnn_load_weights", _load),
            Function("cnn_load_bias", Writes(_bias)),
            Function("cnn_configure", Writes(_configure)),
            Function("load_input", Writes(_input)),
            Function("cnn_start", Writes([.. quadrants.Skip(1).Select(q => (0x50100000 + q, control | 1)), (0x50100000, control), (0x50100000, control | 1)])),
        ];
        return new LoadedProject(functions, null, [], ImmutableSortedDictionary<int, string>.Empty, null);
    }

    private int Next(int low, int high) => _random.Next(low, high + 1);

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private void Set(int register, uint value, uint quadrant = 0) => _configure.Add((0x50100010 + quadrant * 0x400000 + 0x80 * (uint)register, value));

    private void SetAll(int register, uint value)
    {
        for (uint quadrant = 0; quadrant < 4; quadrant++)
            Set(register, value, quadrant);
    }

    private void Draw()
    {
        bool passThrough = Kind == "pass-through", oneDimensional = Kind == "1-D", transposed = Kind == "transposed";
        ulong processors = (ulong)_random.NextInt64() & (ulong)_random.NextInt64() & (Chance(2) ? ulong.MaxValue : 0xffff) | 1ul << _random.Next(16);
        if (_large)
            processors = Channels();
        bool planar = Chance(6) && !passThrough;
        int operands = planar || oneDimensional ? 1 : Chance(3) ? Next(2, 4) : 1, passes = planar ? 1 : Chance(3) ? Next(2, 4) : 1;
        (int least, int most) = !_large ? (1, 9) : transposed ? (5, 6) : (8, 11);
        int rows = Next(least, most), columns = oneDimensional ? 1 : Next(least, most), padRows = 0, padColumns = 0;
        bool pools = Chance(3) && !_large;
        int poolRows = pools ? Next(1, Math.Min(rows, 4)) : 1, poolColumns = pools ? Next(1, Math.Min(columns, 4)) : 1, stride = transposed || _large ? 1 : Chance(3) ? Next(1, 3) : 1;
        bool poolFirst = operands != 2 || Chance(2);
        int pooledRows = (rows + stride - poolRows) / stride, pooledColumns = (columns + stride - poolColumns) / stride;
        int kernelRows = Kind switch { "1-D" => Next(1, 9), "1x1" => 1, _ => 3 }, kernelColumns = Kind is "1-D" or "1x1" ? 1 : 3;
        int height = transposed ? 2 * pooledRows : pooledRows, width = transposed ? 2 * pooledColumns : pooledColumns;
        if (!passThrough)
        {
            padRows = kernelRows == 1 ? 0 : Math.Min(2, Next(0, kernelRows - 1));
            while (height + 2 * padRows < kernelRows)
            {
                if (padRows < Math.Min(3, kernelRows - 1))
                    padRows++;
                else
                    kernelRows = Kind == "1-D" ? kernelRows - 1 : throw new InvalidOperationException("no such kernel");
            }

            padColumns = kernelColumns == 1 ? 0 : Next(width < 3 ? 1 : 0, 2);
        }

        // A transposed layer counts the rows of the image with its zeros, before pooling.
        SetAll(0, (uint)((transposed ? 2 * rows : rows) - 1 + 2 * padRows | padRows << 16));
        SetAll(1, (uint)((transposed ? 2 * columns : columns) - 1 + 2 * padColumns | padColumns << 16));
        SetAll(3, (uint)poolRows - 1);
        SetAll(4, (uint)poolColumns - 1);
        SetAll(5, (uint)stride - 1);
        uint pointer = (uint)Next(0, 40);
        SetAll(10, pointer);
        SetAll(13, 40);
        _rounds = Chance(3);
        uint control = 0x820 | (planar ? 0x40u : 0) | (pools ? 0x80u : 0) | (Chance(2) ? 0x100u : 0);
        uint elementWise = operands > 1 ? 1u << 13 | (uint)Next(0, 3) << 14 | (uint)(operands - 1) << 18 | (poolFirst ? 1u << 16 : 0) : 0;
        for (uint quadrant = 0; quadrant < 4; quadrant++)
        {
            uint enabled = (uint)(processors >> (int)(16 * quadrant)) & 0xffff;
            Set(14, enabled | (passThrough ? 0 : enabled << 16), quadrant);
        }

        Fill(processors, pointer, planar ? (rows * columns + 3) / 4 : rows * columns * passes * operands);
        if (passThrough)
            PassThrough(processors, passes, operands, control, elementWise);
        else
            Convolution(processors, passes, control, elementWise, oneDimensional, kernelRows, kernelColumns, transposed);
    }

    /// <summary>Sixteen to forty processors.</summary>
    private ulong Channels()
    {
        ulong processors = 1;
        for (int count = Next(16, 40); BitOperations.PopCount(processors) < count;)
            processors |= 1ul << _random.Next(64);
        return processors;
    }

    private uint Word() => _extreme ? 0x80808080u : (uint)_random.NextInt64(1L << 32);

    private void Fill(ulong processors, uint pointer, int words)
    {
        for (uint instance = 0; instance < 16; instance++)
        {
            if ((processors >> (int)(4 * instance) & 15) == 0)
                continue;
            uint start = 0x50400000 + instance / 4 * 0x400000 + instance % 4 * 0x8000 + 4 * pointer;
            for (uint i = 0; i < words; i++)
                _input.Add((start + 4 * i, Word()));
        }
    }

    private void PassThrough(ulong processors, int passes, int operands, uint control, uint elementWise)
    {
        uint gap = (uint)Next(0, 2);
        int slots = Enumerable.Range(0, 4).Max(q => (BitOperations.PopCount(processors >> (16 * q) & 0xffff) + 3) / 4);
        SetAll(2, (uint)slots - 1 | elementWise | (operands == 1 ? 1u << 8 : 0));
        SetAll(7, 0x2000);
        SetAll(11, control);
        SetAll(15, operands == 1 ? 0x03000000u : 0x01000000u);
        SetAll(20, (uint)passes - 1 | gap << 4);
        for (uint quadrant = 0; quadrant < 4; quadrant++)
            Set(6, FirstOutputWord + (quadrant << 15), quadrant);
    }

    private void Convolution(
        ulong processors, int passes, uint control, uint elementWise, bool oneDimensional, int kernelRows, int kernelColumns, bool transposed)
    {
        int bits = 1 << Next(0, 3), taps = kernelRows * kernelColumns, slots = Next(1, Chance(4) ? 40 : 10), expansions = Chance(3) ? Next(2, 3) : 1;
        bool wide = Chance(5);
        uint gap = (uint)Next(0, 1), unit = wide ? 4u : 1u, firstInstance = (uint)Next(0, 15 - (slots - 1) / 4);
        int kernels = slots * expansions * passes, firstWord = 4 * Next(0, 20);
        uint start = 8 * (uint)(9 * firstWord / taps), offset = (uint)(9 * firstWord % taps);
        SetAll(2, elementWise | (elementWise != 0 ? 1u << 17 : 0) | offset << 4 | (oneDimensional ? (uint)kernelRows << 8 | 1u << 12 : taps == 1 ? 1u << 8 : 0));
        SetAll(6, FirstOutputWord + (firstInstance << 13));
        SetAll(8, 0x2000);
        SetAll(9, expansions > 1 ? unit * (gap + 1) : 0);
        uint sources = (uint)Enumerable.Range(1, 3).Where(q => (processors >> (16 * q) & 0xffff) != 0).Sum(q => 1 << (12 + q));
        int activation = wide ? 0 : Next(0, 2);
        SetAll(11, control | sources | (wide ? 0x10000u : 0) | (activation == 1 ? 0x200u : 0));
        SetAll(12, start << 16 | (uint)(start + (kernels - 1) * bits));
        int shift = Next(-12, 6);
        uint post = (bits switch { 8 => 0u, 1 => 1u, 2 => 2u, _ => 3u }) << 22 | (uint)Math.Abs(shift) << 13 | (shift < 0 ? 1u << 17 : 0) | (activation == 2 ? 1u << 26 : 0) | (transposed ? 1u << 28 : 0);
        uint biasQuadrant = Chance(2) ? 0u : 4u, biasPointer = (uint)Next(0, 200);
        for (uint quadrant = 0; quadrant < 4; quadrant++)
            Set(15, post | (quadrant == biasQuadrant ? 1u << 12 | biasPointer : 0), quadrant);
        for (uint i = 0; i < slots * expansions && biasQuadrant == 0; i++)
            _bias.Add((0x50108000 + 4 * (biasPointer + i), (uint)Next(0, 255)));
        SetAll(20, (uint)passes - 1 | ((uint)expansions * (gap + 1) - 1) << 4 | (uint)((slots - 1) * bits) << 8);
        Kernels(processors, firstWord, (kernels * bits + 7) / 8 * taps);
    }

    private void Kernels(ulong processors, int firstWord, int bytes)
    {
        int stores = (9 * ((bytes + 8) / 9) + 3) / 4;
        for (uint processor = 0; processor < 64; processor++)
        {
            if ((processors >> (int)processor & 1) == 0)
                continue;
            uint address = 0x50180000 + processor / 16 * 0x400000 + processor % 16 * 0x4000 + 4 * (uint)firstWord;
            _load.Add(new BusOperation(BusOperationKind.Write, address | 1, 1, Width: BusWidth.Byte));
            for (uint i = 0; i < stores; i++)
                _load.Add(new BusOperation(BusOperationKind.Write, address + 4 * i, Word()));
        }
    }
}

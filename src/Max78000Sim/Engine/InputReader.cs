// SPDX-License-Identifier: MIT
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// Reads a layer's data into its image: fetch, pool, combine, insert zeros (machine.md sections 11.3 and 11.4). The processors that share a data word are read together,
/// a row of pixels at a time.
/// </summary>
internal sealed unsafe class InputReader
{
    private const int WordBytes = 4;

    private readonly LayerConfiguration _layer;
    private readonly InputPlan _plan;
    private readonly Unit[] _units;
    private readonly int _pixelBytes;
    private readonly int _rowBytes;
    private readonly Line _line;
    private readonly Line _across;

    public InputReader(LayerConfiguration layer, InputPlan plan)
    {
        _layer = layer;
        _plan = plan;
        _pixelBytes = plan.PixelStride;
        _rowBytes = plan.PixelStride * layer.Columns;
        _units = layer.ChannelFirst ? [] : Units(plan.Channels);
        int step = (layer.Transposed ? 2 : 1) * plan.Channels.Length;
        _line = new Line(layer.PooledColumns, layer.Stride * _pixelBytes, step);
        _across = new Line(layer.PooledRows, layer.Stride * _rowBytes, step * plan.Columns);

        // One-dimensional data is one long column.
        if (_line.Count == 1)
            (_line, _across) = (_across, _line);
    }

    /// <summary>Fills the image.</summary>
    /// <param name="memory">Bytes of data memory and buffers.</param>
    /// <param name="target">The image.</param>
    public void Fill(byte[] memory, short[] target)
    {
        int channels = _plan.Channels.Length;
        fixed (byte* source = memory)
        fixed (short* image = target)
        {
            for (int i = 0; i < _across.Count; i++)
            {
                byte* from = source + (long)i * _across.SourceStep;
                short* to = image + ((long)_layer.PadRows * _plan.Columns + _layer.PadColumns) * channels + (long)i * _across.TargetStep;
                for (int channel = 0; _layer.ChannelFirst && channel < channels; channel++)
                    FillBytes(from + _plan.Channels[channel].FirstByte, to + channel);
                foreach (Unit unit in _units)
                    FillWords(from + unit.FirstByte, unit.Lanes, to + unit.Channel);
            }
        }
    }

    /// <summary>Groups neighbouring channels that come out of the lanes of one word.</summary>
    private static Unit[] Units(InputChannel[] channels)
    {
        var units = new List<Unit>();
        for (int i = 0; i < channels.Length; i++)
        {
            int word = channels[i].FirstByte / WordBytes, lane = channels[i].FirstByte % WordBytes;
            if (units.Count > 0 && units[^1] is Unit last && last.FirstByte == word * WordBytes && 1 << lane > last.Lanes)
                units[^1] = last with { Lanes = last.Lanes | 1 << lane };
            else
                units.Add(new Unit(word * WordBytes, i, 1 << lane));
        }

        return [.. units];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillWords(byte* source, int lanes, short* target)
    {
        (int count, int sourceStep, int targetStep) = _line;
        if (_layer.Operands > 1)
        {
            for (int i = 0; i < count; i++, source += sourceStep, target += targetStep)
                Store(Combined(source), lanes, target);
        }
        else if (!_layer.PoolEnabled)
        {
            for (int i = 0; i < count; i++, source += sourceStep, target += targetStep)
                Store(Load(source), lanes, target);
        }
        else if (_layer is { MaxPool: true, PoolRows: <= 2, PoolColumns: <= 2 })
        {
            // The usual window: two rows of two, or two values in either direction, or one; values that are not there are repeated.
            int right = (_layer.PoolColumns - 1) * _pixelBytes, below = (_layer.PoolRows - 1) * _rowBytes;
            for (int i = 0; i < count; i++, source += sourceStep, target += targetStep)
            {
                Vector128<sbyte> upper = Vector128.Max(Bytes(source), Bytes(source + right)), lower = Vector128.Max(Bytes(source + below), Bytes(source + below + right));
                Store(Vector128.WidenLower(Vector128.Max(upper, lower)), lanes, target);
            }
        }
        else
        {
            for (int i = 0; i < count; i++, source += sourceStep, target += targetStep)
                Store(Window(source), lanes, target);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<short> value, int lanes, short* target)
    {
        const int AllLanes = 0xf;
        long values = value.AsInt64().ToScalar();
        if (lanes == AllLanes)
        {
            *(long*)target = values;
            return;
        }

        for (; lanes != 0; lanes &= lanes - 1)
            *target++ = (short)(values >> (16 * BitOperations.TrailingZeroCount(lanes)));
    }

    /// <summary>The pooled value of one operand, or its plain value.</summary>
    private Vector128<short> Window(byte* source)
    {
        if (!_layer.PoolEnabled)
            return Load(source);
        if (!_layer.MaxPool)
            return Average(source);
        Vector128<sbyte> best = Vector128.Create(sbyte.MinValue);
        for (int row = 0; row < _layer.PoolRows; row++)
        {
            for (int column = 0; column < _layer.PoolColumns; column++)
                best = Vector128.Max(best, Bytes(source + row * _rowBytes + column * _pixelBytes));
        }

        return Vector128.WidenLower(best);
    }

    private Vector128<short> Average(byte* source)
    {
        Vector128<short> sum = default;
        for (int row = 0; row < _layer.PoolRows; row++)
        {
            // A window has at most 256 values, whose sum is -32768 at least.
            for (int column = 0; column < _layer.PoolColumns; column++)
                sum += Load(source + row * _rowBytes + column * _pixelBytes);
        }

        return Divided(sum);
    }

    private Vector128<short> Combined(byte* source)
    {
        if (_layer.PoolFirst)
        {
            Vector128<short> total = Window(source);
            for (int operand = 1; operand < _layer.Operands; operand++)
                total = Arithmetic.Combine(_layer.Function, total, Window(source + operand * InputPlan.OperandStride));
            return Arithmetic.Saturate(total);
        }

        Vector128<short> best = Vector128.Create<short>(sbyte.MinValue), sum = default;
        for (int row = 0; row < _layer.PoolRows; row++)
        {
            for (int column = 0; column < _layer.PoolColumns; column++)
            {
                byte* pixel = source + row * _rowBytes + column * _pixelBytes;
                Vector128<short> total = Load(pixel);
                for (int operand = 1; operand < _layer.Operands; operand++)
                    total = Arithmetic.Combine(_layer.Function, total, Load(pixel + operand * InputPlan.OperandStride));
                total = Arithmetic.Saturate(total);
                best = Vector128.Max(best, total);
                sum += total;
            }
        }

        return _layer.MaxPool ? best : Divided(sum);
    }

    private Vector128<short> Divided(Vector128<short> sum) => Arithmetic.Average(sum, _layer.PoolRows * _layer.PoolColumns, _layer.RoundAverage);

    /// <summary>One channel that stands byte after byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillBytes(byte* source, short* target)
    {
        (int count, int sourceStep, int targetStep) = _line;
        for (int i = 0; i < count; i++, source += sourceStep, target += targetStep)
        {
            sbyte* pixel = (sbyte*)source;
            if (!_layer.PoolEnabled)
            {
                *target = *pixel;
                continue;
            }

            int best = sbyte.MinValue, sum = 0;
            for (int r = 0; r < _layer.PoolRows; r++)
            {
                for (int c = 0; c < _layer.PoolColumns; c++)
                {
                    best = Math.Max(best, pixel[r * _rowBytes + c]);
                    sum += pixel[r * _rowBytes + c];
                }
            }

            *target = _layer.MaxPool ? (short)best : Divided(Vector128.CreateScalar((short)sum)).ToScalar();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Load(byte* word) => Vector128.WidenLower(Bytes(word));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Bytes(byte* word) => Vector128.CreateScalarUnsafe(*(uint*)word).AsSByte();

    /// <summary>Pooled pixels in one direction.</summary>
    /// <param name="Count">How many.</param>
    /// <param name="SourceStep">Bytes of the source from one to the next.</param>
    /// <param name="TargetStep">Values of the image from one to the next.</param>
    private readonly record struct Line(int Count, int SourceStep, int TargetStep);

    /// <summary>Channels that come out of one word, lane by lane.</summary>
    private readonly record struct Unit(int FirstByte, int Channel, int Lanes);
}

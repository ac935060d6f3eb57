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

    public InputReader(LayerConfiguration layer, InputPlan plan)
    {
        _layer = layer;
        _plan = plan;
        _pixelBytes = plan.PixelStride;
        _rowBytes = plan.PixelStride * layer.Columns;
        _units = layer.ChannelFirst ? [] : Units(plan.Channels);
    }

    /// <summary>Fills the image.</summary>
    /// <param name="memory">Bytes of data memory and buffers.</param>
    /// <param name="target">The image.</param>
    public void Fill(byte[] memory, short[] target)
    {
        int step = _layer.Transposed ? 2 : 1;
        int channels = _plan.Channels.Length;
        fixed (byte* source = memory)
        fixed (short* image = target)
        {
            for (int row = 0; row < _layer.PooledRows; row++)
            {
                short* start = image + ((long)(row * step + _layer.PadRows) * _plan.Columns + _layer.PadColumns) * channels;
                for (int channel = 0; _layer.ChannelFirst && channel < channels; channel++)
                    FillBytes(source + _plan.Channels[channel].FirstByte, row, start + channel, step * channels);
                foreach (Unit unit in _units)
                    FillWords(source + unit.FirstByte + (long)row * _layer.Stride * _rowBytes, unit, start + unit.Channel, step * channels);
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

    private void FillWords(byte* source, Unit unit, short* target, int targetStep)
    {
        int sourceStep = _layer.Stride * _pixelBytes;
        bool whole = unit.Lanes == 0xf;
        if (whole && !_layer.PoolEnabled && _layer.Operands == 1)
        {
            for (int column = 0; column < _layer.PooledColumns; column++, source += sourceStep, target += targetStep)
                *(long*)target = Load(source).AsInt64().ToScalar();
            return;
        }

        for (int column = 0; column < _layer.PooledColumns; column++, source += sourceStep, target += targetStep)
        {
            Vector128<short> value = _layer.Operands > 1 ? Combined(source) : Window(source);
            if (whole)
                *(long*)target = value.AsInt64().ToScalar();
            else
                StoreLanes(value, unit.Lanes, target);
        }
    }

    private static void StoreLanes(Vector128<short> value, int lanes, short* target)
    {
        for (; lanes != 0; lanes &= lanes - 1)
            *target++ = value[BitOperations.TrailingZeroCount(lanes)];
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
                best = Vector128.Max(best, Vector128.CreateScalarUnsafe(*(uint*)(source + row * _rowBytes + column * _pixelBytes)).AsSByte());
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

    private Vector128<short> Divided(Vector128<short> sum)
    {
        Vector128<short> result = default;
        for (int lane = 0; lane < WordBytes; lane++)
            result = result.WithElement(lane, (short)Average(sum[lane]));
        return result;
    }

    private int Average(int sum)
    {
        int count = _layer.PoolRows * _layer.PoolColumns;
        return _layer.RoundAverage ? Arithmetic.AverageRounded(sum, count) : Arithmetic.AverageTruncated(sum, count);
    }

    /// <summary>One channel that stands byte after byte.</summary>
    private void FillBytes(byte* source, int row, short* target, int targetStep)
    {
        for (int column = 0; column < _layer.PooledColumns; column++, target += targetStep)
        {
            sbyte* pixel = (sbyte*)source + (long)row * _layer.Stride * _rowBytes + column * _layer.Stride;
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

            *target = (short)(_layer.MaxPool ? best : Average(sum));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Load(byte* word) => Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(uint*)word).AsSByte());

    /// <summary>Channels that come out of one word, lane by lane.</summary>
    private readonly record struct Unit(int FirstByte, int Channel, int Lanes);
}

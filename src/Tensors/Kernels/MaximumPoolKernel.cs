// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>Maximum pooling of a block. The bits are those of <see cref="PoolingReference"/> for numbers; a not-a-number has no gradient.</summary>
internal static unsafe class MaximumPoolKernel
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>First largest value of each window, in raster order.</summary>
    public static void Forward(VectorWidth width, in PoolingShape shape, ReadOnlySpan<float> x, int lanes, Span<float> y)
    {
        shape.Check(x.Length, y.Length);
        fixed (float* input = x, output = y)
        {
            switch (width)
            {
                case VectorWidth.Vector512: Forward<Lanes512, Vector512<float>>(shape, input, lanes, output); break;
                case VectorWidth.Vector256: Forward<Lanes256, Vector256<float>>(shape, input, lanes, output); break;
                case VectorWidth.Vector128: Forward<Lanes128, Vector128<float>>(shape, input, lanes, output); break;
                default: Forward<LanesScalar, float>(shape, input, lanes, output); break;
            }
        }
    }

    /// <summary>Input gradient from the forward pass' <paramref name="x"/> and <paramref name="y"/>: the winner is the first value that equals the maximum.</summary>
    public static void Backward(VectorWidth width, in PoolingShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, int lanes, Span<float> dx)
    {
        shape.Check(x.Length, y.Length);
        shape.Check(dx.Length, dy.Length);
        if (!shape.TilesExactly) dx[..(shape.Channels * shape.InputPixels * Lanes)].Clear();
        fixed (float* input = x, output = y, gradient = dy, target = dx)
        {
            switch (width)
            {
                case VectorWidth.Vector512: Backward<Lanes512, Vector512<float>>(shape, input, output, gradient, lanes, target); break;
                case VectorWidth.Vector256: Backward<Lanes256, Vector256<float>>(shape, input, output, gradient, lanes, target); break;
                case VectorWidth.Vector128: Backward<Lanes128, Vector128<float>>(shape, input, output, gradient, lanes, target); break;
                default: Backward<LanesScalar, float>(shape, input, output, gradient, lanes, target); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Forward<TLanes, TVector>(in PoolingShape shape, float* x, int lanes, float* y)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        nint row = (nint)shape.Width * Lanes, step = (nint)shape.Stride * Lanes;
        int rows = shape.Rows, columns = shape.Columns, outputHeight = shape.OutputHeight, outputWidth = shape.OutputWidth;
        for (int c = 0; c < shape.Channels; c++)
            for (int oy = 0; oy < outputHeight; oy++)
            {
                float* window = x + ((nint)c * shape.Height + oy * shape.Stride) * row;
                for (int ox = 0; ox < outputWidth; ox++, window += step, y += Lanes)
                    for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
                    {
                        float* line = window + lane;
                        // The window of nearly all networks is written out. The first of two equals stays, and a number that is none is not larger.
                        TVector best = TLanes.Load(line);
                        if (rows == 2 && columns == 2)
                        {
                            best = TLanes.Larger(TLanes.Load(line + Lanes), best);
                            best = TLanes.Larger(TLanes.Load(line + row), best);
                            best = TLanes.Larger(TLanes.Load(line + row + Lanes), best);
                        }
                        else
                        {
                            for (int i = 0; i < rows; i++, line += row)
                                for (int j = 0; j < columns; j++) best = TLanes.Larger(TLanes.Load(line + j * Lanes), best);
                        }
                        TLanes.Store(best, y + lane);
                    }
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward<TLanes, TVector>(in PoolingShape shape, float* x, float* y, float* dy, int lanes, float* dx)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        nint row = (nint)shape.Width * Lanes, step = (nint)shape.Stride * Lanes;
        int rows = shape.Rows, columns = shape.Columns, outputHeight = shape.OutputHeight, outputWidth = shape.OutputWidth;
        bool tilesExactly = shape.TilesExactly;
        for (int c = 0; c < shape.Channels; c++)
            for (int oy = 0; oy < outputHeight; oy++)
            {
                nint window = ((nint)c * shape.Height + oy * shape.Stride) * row;
                for (int ox = 0; ox < outputWidth; ox++, window += step, y += Lanes, dy += Lanes)
                    for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
                    {
                        TVector best = TLanes.Load(y + lane);
                        TVector gradient = TLanes.Load(dy + lane);
                        // Goes to the first winner; what is left for later equals is +0.
                        for (int i = 0; i < rows; i++)
                            for (int j = 0; j < columns; j++)
                            {
                                nint element = window + i * row + j * Lanes + lane;
                                TVector wins = TLanes.IsEqual(TLanes.Load(x + element), best);
                                TVector before = tilesExactly ? TLanes.Zero : TLanes.Load(dx + element);
                                TLanes.Store(TLanes.Add(before, TLanes.And(wins, gradient)), dx + element);
                                gradient = TLanes.AndNot(gradient, wins);
                            }
                    }
            }
    }
}

// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>Average pooling of a block. The bits are those of <see cref="PoolingReference"/>.</summary>
internal static unsafe class AveragePoolKernel
{
    private const int Lanes = LaneLayout.Lanes;

    /// <summary>Sum of each window in raster order from +0, times the reciprocal of the window's size.</summary>
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

    /// <summary>Input gradient: every window adds its gradient times the reciprocal to its pixels, in raster order of the windows.</summary>
    public static void Backward(VectorWidth width, in PoolingShape shape, ReadOnlySpan<float> dy, int lanes, Span<float> dx)
    {
        shape.Check(dx.Length, dy.Length);
        if (!shape.TilesExactly) dx[..(shape.Channels * shape.InputPixels * Lanes)].Clear();
        fixed (float* gradient = dy, target = dx)
        {
            switch (width)
            {
                case VectorWidth.Vector512: Backward<Lanes512, Vector512<float>>(shape, gradient, lanes, target); break;
                case VectorWidth.Vector256: Backward<Lanes256, Vector256<float>>(shape, gradient, lanes, target); break;
                case VectorWidth.Vector128: Backward<Lanes128, Vector128<float>>(shape, gradient, lanes, target); break;
                default: Backward<LanesScalar, float>(shape, gradient, lanes, target); break;
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
        TVector reciprocal = TLanes.Create(shape.Reciprocal);
        for (int c = 0; c < shape.Channels; c++)
            for (int oy = 0; oy < outputHeight; oy++)
            {
                float* window = x + ((nint)c * shape.Height + oy * shape.Stride) * row;
                for (int ox = 0; ox < outputWidth; ox++, window += step, y += Lanes)
                    for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
                    {
                        TVector sum = TLanes.Zero;
                        float* line = window + lane;
                        for (int i = 0; i < rows; i++, line += row)
                            for (int j = 0; j < columns; j++) sum = TLanes.Add(sum, TLanes.Load(line + j * Lanes));
                        TLanes.Store(TLanes.Multiply(sum, reciprocal), y + lane);
                    }
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Backward<TLanes, TVector>(in PoolingShape shape, float* dy, int lanes, float* dx)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        nint row = (nint)shape.Width * Lanes, step = (nint)shape.Stride * Lanes;
        int rows = shape.Rows, columns = shape.Columns, outputHeight = shape.OutputHeight, outputWidth = shape.OutputWidth;
        bool tilesExactly = shape.TilesExactly;
        TVector reciprocal = TLanes.Create(shape.Reciprocal);
        for (int c = 0; c < shape.Channels; c++)
            for (int oy = 0; oy < outputHeight; oy++)
            {
                float* window = dx + ((nint)c * shape.Height + oy * shape.Stride) * row;
                for (int ox = 0; ox < outputWidth; ox++, window += step, dy += Lanes)
                    for (int lane = 0; lane < lanes; lane += TLanes.Lanes)
                    {
                        TVector share = TLanes.Multiply(TLanes.Load(dy + lane), reciprocal);
                        float* line = window + lane;
                        for (int i = 0; i < rows; i++, line += row)
                            for (int j = 0; j < columns; j++)
                            {
                                TVector before = tilesExactly ? TLanes.Zero : TLanes.Load(line + j * Lanes);
                                TLanes.Store(TLanes.Add(before, share), line + j * Lanes);
                            }
                    }
            }
    }
}

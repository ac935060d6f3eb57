// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels.Single;

/// <summary>Pooling of one image, a vector of channels at a time. The bits are those of <see cref="MaximumPoolKernel"/> and <see cref="AveragePoolKernel"/>.</summary>
/// <param name="width">Vector width.</param>
/// <param name="shape">Windows.</param>
/// <param name="average">Mean instead of maximum.</param>
/// <param name="x">Input, of a wide stride.</param>
/// <param name="y">Output, of the same stride.</param>
internal sealed unsafe class ChannelPool(VectorWidth width, PoolingShape shape, bool average, ChannelMap x, ChannelMap y) : ChannelStep
{
    // Rows of outputs; enough reads in each item to be worth a thread.
    private const int WorthAnItem = 1 << 15;

    private readonly int _items = Math.Clamp(shape.OutputPixels * shape.Rows * shape.Columns * x.Stride / WorthAnItem, 1, Math.Min(4, shape.OutputHeight));

    public override int Items => _items;

    public override void Run(int item)
    {
        int first = shape.OutputHeight * item / _items, end = shape.OutputHeight * (item + 1) / _items;
        fixed (float* memory = Memory.All)
        {
            switch (width)
            {
                case VectorWidth.Vector512: Run<Lanes512, Vector512<float>>(memory, first, end); break;
                case VectorWidth.Vector256: Run<Lanes256, Vector256<float>>(memory, first, end); break;
                case VectorWidth.Vector128: Run<Lanes128, Vector128<float>>(memory, first, end); break;
                default: Run<LanesScalar, float>(memory, first, end); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run<TLanes, TVector>(float* memory, int firstRow, int endRow)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        nint stride = x.Stride, row = stride * shape.Width;
        int rows = shape.Rows, columns = shape.Columns, outputWidth = shape.OutputWidth;
        bool mean = average;
        TVector reciprocal = TLanes.Create(shape.Reciprocal);
        float* output = memory + y.Offset + (nint)firstRow * outputWidth * stride;
        for (int oy = firstRow; oy < endRow; oy++)
            for (int ox = 0; ox < outputWidth; ox++, output += stride)
            {
                float* window = memory + x.Offset + oy * shape.Stride * row + ox * shape.Stride * stride;
                for (nint channel = 0; channel < stride; channel += TLanes.Lanes)
                {
                    float* line = window + channel;
                    TVector value = mean ? TLanes.Zero : TLanes.Load(line);
                    for (int i = 0; i < rows; i++, line += row)
                        for (int j = 0; j < columns; j++)
                        {
                            TVector next = TLanes.Load(line + j * stride);
                            value = mean ? TLanes.Add(value, next) : TLanes.Select(TLanes.LessThan(value, next), next, value);
                        }
                    if (mean) value = TLanes.Multiply(value, reciprocal);
                    TLanes.Store(value, output + channel);
                }
            }
    }
}

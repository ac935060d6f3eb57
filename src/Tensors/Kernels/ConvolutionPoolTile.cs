// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>Where one pooled tile of a convolution reads and writes. Pointers stand at the tile's lane group; strides are in floats.</summary>
internal unsafe struct ConvolutionPoolTileArguments
{
    /// <summary>Input at channel 0, at the first kernel row that any pixel has inside the image, at the column of the tile's first pixel under tap 0; it may lie outside the image.</summary>
    public float* Input;

    /// <summary>Packed weights of the tile's outputs, at that kernel row.</summary>
    public float* Weights;

    /// <summary>Bias of the tile's outputs; what changes no sum, negative zeros, where there is none.</summary>
    public float* Bias;

    /// <summary>Pooled output at the tile's first channel and its window.</summary>
    public float* Output;

    /// <summary>For each output of the tile, from the window's first pixel on, the images whose gradient reaches it; null in inference.</summary>
    public ushort* Routes;

    /// <summary>For each tap from that kernel row on, the pixels of the window that have it inside the image, as bits; read by edge tiles only.</summary>
    public byte* TapMasks;

    /// <summary>All ones in lanes that hold an image.</summary>
    public float* LaneMask;

    /// <summary>Upper bound of the chain.</summary>
    public float High;

    /// <summary>First image of the lane group.</summary>
    public int Lane;

    /// <summary>Pixels of an output channel in front of the pooling, which are its routes.</summary>
    public nint OutputPixels;

    /// <summary>Pixels of a row in front of the pooling.</summary>
    public nint OutputWidth;

    /// <summary>Values of a pooled channel.</summary>
    public nint OutputPlane;

    /// <summary>Values of an input channel.</summary>
    public nint InputPlane;

    /// <summary>Values of a row of it.</summary>
    public nint InputRow;

    /// <summary>From a pixel of the input to the next; read by widths of less than sixteen lanes.</summary>
    public nint InputPixel;

    public int InputChannels;

    /// <summary>Kernel rows that some pixel has inside the image.</summary>
    public int KernelRows;

    public int KernelColumns;

    /// <summary>1 where the first of the kernel rows lies above the image under the window's upper pixels, else 0; read by tiles of three columns, and with sixteen lanes it chooses their <see cref="IWindowRows"/>.</summary>
    public int RowsAbove;

    /// <summary>1 where the last of the kernel rows lies below the image under the window's lower pixels, else 0; read as <see cref="RowsAbove"/> is.</summary>
    public int RowsBelow;

    /// <summary>Weights of the other kernel rows of an input channel.</summary>
    public nint SkippedWeights;

    /// <summary>Where the window lies; <see cref="WindowPlace.Border"/> also where no kernel row lies inside the image, and with sixteen lanes where some lie above and some below it.</summary>
    public WindowPlace Place;

    /// <summary>Blocks of as many outputs, one behind the other, that a tile of three columns computes; see <see cref="ConvolutionTileArguments.Blocks"/>.</summary>
    public int Blocks;

    /// <summary>Weights of a block.</summary>
    public nint BlockWeights;

    /// <summary>From the outputs of one block to those of the next.</summary>
    /// <param name="outputs">Outputs of a block.</param>
    /// <param name="routes">Whether there are routes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MoveToNextBlock(int outputs, bool routes)
    {
        Weights += BlockWeights;
        Output += outputs * OutputPlane;
        Bias += outputs;
        if (routes) Routes += outputs * OutputPixels;
    }
}

/// <summary>
/// The register tile of a convolution that is pooled: up to five output channels times the four pixels of a window, one accumulator each, with the chains of <see cref="ConvolutionTile"/>.
/// The window's largest value is found among the accumulators, so the unpooled map is never in memory.
/// </summary>
internal static unsafe class ConvolutionPoolTile
{
    /// <summary>Pixels of a window in each direction.</summary>
    public const int Side = 2;

    private const int Lanes = LaneLayout.Lanes;

    /// <summary>A tile whose taps all lie inside the image (<typeparamref name="TEdge"/> is <see cref="Interior"/>) or not, in training or in inference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock, TEdge, TMode>(in ConvolutionPoolTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TEdge : struct, IEdge
        where TMode : struct, IPoolMode
    {
        TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero;
        TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero;
        TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero;
        TVector a30 = TLanes.Zero, a31 = TLanes.Zero, a32 = TLanes.Zero, a33 = TLanes.Zero;
        TVector a40 = TLanes.Zero, a41 = TLanes.Zero, a42 = TLanes.Zero, a43 = TLanes.Zero;
        float* plane = arguments.Input;
        float* weights = arguments.Weights;
        nint inputPlane = arguments.InputPlane, inputRow = arguments.InputRow, skipped = arguments.SkippedWeights, pixel = TLanes.Lanes == Lanes ? Lanes : arguments.InputPixel;
        int kernelRows = arguments.KernelRows, kernelColumns = arguments.KernelColumns;
        for (int c = arguments.InputChannels; c > 0; c--, plane += inputPlane, weights += skipped)
        {
            float* row = plane;
            byte* masks = arguments.TapMasks;
            for (int ky = kernelRows; ky > 0; ky--, row += inputRow)
            {
                float* input = row;
                for (int kx = kernelColumns; kx > 0; kx--, input += pixel, weights += TBlock.Value)
                {
                    int mask = TEdge.IsEdge ? *masks++ : 15;
                    if (TEdge.IsEdge && mask == 0) continue;
                    if (TLanes.Lanes < Lanes && mask == 15)
                    {
                        OutputTaps.Four<TLanes, TVector, TBlock>(weights, input, input + pixel, input + inputRow, input + inputRow + pixel, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
                        continue;
                    }

                    TVector w0 = TLanes.Create(weights[0]);
                    TVector w1 = TBlock.Value > 1 ? TLanes.Create(weights[1]) : default;
                    TVector w2 = TBlock.Value > 2 ? TLanes.Create(weights[2]) : default;
                    TVector w3 = TBlock.Value > 3 ? TLanes.Create(weights[3]) : default;
                    TVector w4 = TBlock.Value > 4 ? TLanes.Create(weights[4]) : default;
                    if (!TEdge.IsEdge || (mask & 1) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input), w0, w1, w2, w3, w4, ref a00, ref a10, ref a20, ref a30, ref a40);
                    if (!TEdge.IsEdge || (mask & 2) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + pixel), w0, w1, w2, w3, w4, ref a01, ref a11, ref a21, ref a31, ref a41);
                    if (!TEdge.IsEdge || (mask & 4) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + inputRow), w0, w1, w2, w3, w4, ref a02, ref a12, ref a22, ref a32, ref a42);
                    if (!TEdge.IsEdge || (mask & 8) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + inputRow + pixel), w0, w1, w2, w3, w4, ref a03, ref a13, ref a23, ref a33, ref a43);
                }
            }
        }

        Finish<TLanes, TVector, TBlock, TMode>(arguments, a00, a01, a02, a03, a10, a11, a12, a13, a20, a21, a22, a23, a30, a31, a32, a33, a40, a41, a42, a43);
    }

    /// <summary>Bias, pooling, chain and stores of up to three channels. Not by way of the method for five: the compiler then calls what follows it in a tile (three calls, seen in its listing) instead of putting it in line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish<TLanes, TVector, TBlock, TMode>(in ConvolutionPoolTileArguments arguments, TVector a00, TVector a01, TVector a02, TVector a03, TVector a10, TVector a11, TVector a12, TVector a13, TVector a20, TVector a21, TVector a22, TVector a23)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TMode : struct, IPoolMode
    {
        // As locals: behind a store the compiler would read the arguments again.
        float* bias = arguments.Bias, images = arguments.LaneMask, output = arguments.Output;
        ushort* routes = arguments.Routes;
        nint outputPlane = arguments.OutputPlane, width = arguments.OutputWidth, pixels = arguments.OutputPixels;
        int lane = arguments.Lane;
        TVector high = TLanes.Create(arguments.High);
        Finish<TLanes, TVector, TMode>(bias, images, width, lane, high, output, routes, a00, a01, a02, a03);
        if (TBlock.Value > 1) Finish<TLanes, TVector, TMode>(bias + 1, images, width, lane, high, output += outputPlane, routes += TMode.Routes ? pixels : 0, a10, a11, a12, a13);
        if (TBlock.Value > 2) Finish<TLanes, TVector, TMode>(bias + 2, images, width, lane, high, output + outputPlane, routes + (TMode.Routes ? pixels : 0), a20, a21, a22, a23);
    }

    /// <summary>The same for up to five.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish<TLanes, TVector, TBlock, TMode>(
        in ConvolutionPoolTileArguments arguments,
        TVector a00, TVector a01, TVector a02, TVector a03, TVector a10, TVector a11, TVector a12, TVector a13, TVector a20, TVector a21, TVector a22, TVector a23,
        TVector a30, TVector a31, TVector a32, TVector a33, TVector a40, TVector a41, TVector a42, TVector a43)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TMode : struct, IPoolMode
    {
        // As locals: behind a store the compiler would read the arguments again.
        float* bias = arguments.Bias, images = arguments.LaneMask, output = arguments.Output;
        ushort* routes = arguments.Routes;
        nint outputPlane = arguments.OutputPlane, width = arguments.OutputWidth, pixels = arguments.OutputPixels;
        int lane = arguments.Lane;
        TVector high = TLanes.Create(arguments.High);
        Finish<TLanes, TVector, TMode>(bias, images, width, lane, high, output, routes, a00, a01, a02, a03);
        if (TBlock.Value > 1) Finish<TLanes, TVector, TMode>(bias + 1, images, width, lane, high, output += outputPlane, routes += TMode.Routes ? pixels : 0, a10, a11, a12, a13);
        if (TBlock.Value > 2) Finish<TLanes, TVector, TMode>(bias + 2, images, width, lane, high, output += outputPlane, routes += TMode.Routes ? pixels : 0, a20, a21, a22, a23);
        if (TBlock.Value > 3) Finish<TLanes, TVector, TMode>(bias + 3, images, width, lane, high, output += outputPlane, routes += TMode.Routes ? pixels : 0, a30, a31, a32, a33);
        if (TBlock.Value > 4) Finish<TLanes, TVector, TMode>(bias + 4, images, width, lane, high, output + outputPlane, routes + (TMode.Routes ? pixels : 0), a40, a41, a42, a43);
    }

    /// <summary>Adds the bias, which lanes without an image do not get, pools the four pixels of one channel and stores what the chain makes of the largest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TLanes, TVector, TMode>(float* bias, float* images, nint width, int lane, TVector high, float* output, ushort* routes, TVector p0, TVector p1, TVector p2, TVector p3)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TMode : struct, IPoolMode
    {
        TVector offset = TLanes.And(TLanes.Create(*bias), TLanes.Load(images));
        RectifiedPoolKernel.Four<TLanes, TVector, TMode>(
            TLanes.Add(p0, offset), TLanes.Add(p1, offset), TLanes.Add(p2, offset), TLanes.Add(p3, offset), width, lane, high, output, routes);
    }
}

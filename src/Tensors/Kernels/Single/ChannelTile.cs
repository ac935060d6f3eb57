// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels.Single;

/// <summary>Where one tile reads and writes. Offsets are in floats.</summary>
internal unsafe struct ChannelTileArguments
{
    public float* Input;

    /// <summary>Packed weights of the tile's outputs: <c>[input channel][tap][outputs]</c>.</summary>
    public float* Weights;

    /// <summary>Bias of the tile's outputs, or null.</summary>
    public float* Bias;

    /// <summary>Output at the tile's first output channel.</summary>
    public float* Output;

    /// <summary>For each pixel of the tile, where its first tap reads.</summary>
    public int* PixelInputs;

    /// <summary>For each pixel of the tile, where its output lies.</summary>
    public int* PixelOutputs;

    /// <summary>The taps inside the image.</summary>
    public ChannelTap* TapList;

    public int Taps;

    /// <summary>Taps of the kernel.</summary>
    public int KernelTaps;

    public int InputChannels;

    public bool Absolute;

    public Activation Activation;
}

/// <summary>A tap inside the image.</summary>
/// <param name="Input">How far from the pixel's first tap it reads, in floats.</param>
/// <param name="Weights">Where its weights stand behind those of the first tap, in floats for each vector of outputs.</param>
internal readonly record struct ChannelTap(int Input, int Weights);

/// <summary>
/// The register tile of a convolution of one image: up to three vectors of output channels times up to six pixels that have the same taps inside the image.
/// Every accumulator is the contract's chain: input channel, then taps ascending, then bias. Eighteen accumulators, three weights and one input fit the 32
/// registers of 512 bits; narrower widths take three times four or two times six, which with three or two weights and one input are 16 or 15 of the 16 that they have.
/// Twelve are enough to hide the latency of the multiply-adds.
/// </summary>
internal static unsafe class ChannelTile
{
    /// <summary>Pixels of the largest tile of a width and a number of vectors.</summary>
    public static int LargestPixels(VectorWidth width, int vectors) => vectors == 3 && width != VectorWidth.Vector512 ? 4 : 6;

    /// <summary>Chains, bias, activation and store.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock, TPixels, TChain>(in ChannelTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TPixels : struct, IBlockSize
        where TChain : struct, IChain
    {
        TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero;
        TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero;
        TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero;
        TVector a30 = TLanes.Zero, a31 = TLanes.Zero, a32 = TLanes.Zero;
        TVector a40 = TLanes.Zero, a41 = TLanes.Zero, a42 = TLanes.Zero;
        TVector a50 = TLanes.Zero, a51 = TLanes.Zero, a52 = TLanes.Zero;
        int* pixels = arguments.PixelInputs;
        float* p0 = arguments.Input + pixels[0];
        float* p1 = TPixels.Value > 1 ? arguments.Input + pixels[1] : null;
        float* p2 = TPixels.Value > 2 ? arguments.Input + pixels[2] : null;
        float* p3 = TPixels.Value > 3 ? arguments.Input + pixels[3] : null;
        float* p4 = TPixels.Value > 4 ? arguments.Input + pixels[4] : null;
        float* p5 = TPixels.Value > 4 ? arguments.Input + pixels[5] : null;
        ChannelTap* end = arguments.TapList + arguments.Taps;
        nint channels = arguments.InputChannels, planeStride = (nint)arguments.KernelTaps * TBlock.Value * TLanes.Lanes;
        float* plane = arguments.Weights;
        // Twelve multiply-adds take less time than the loops around a single tap.
        if (arguments.Taps == 1)
        {
            plane += (nint)arguments.TapList->Weights * TBlock.Value;
            for (nint c = 0; c < channels; c++, plane += planeStride)
                Tap<TLanes, TVector, TBlock, TPixels>(plane, c, p0, p1, p2, p3, p4, p5, ref a00, ref a01, ref a02, ref a10, ref a11, ref a12, ref a20, ref a21, ref a22, ref a30, ref a31, ref a32, ref a40, ref a41, ref a42, ref a50, ref a51, ref a52);
        }
        else
        {
            for (nint c = 0; c < channels; c++, plane += planeStride)
                for (ChannelTap* tap = arguments.TapList; tap != end; tap++)
                    Tap<TLanes, TVector, TBlock, TPixels>(plane + (nint)tap->Weights * TBlock.Value, tap->Input + c, p0, p1, p2, p3, p4, p5, ref a00, ref a01, ref a02, ref a10, ref a11, ref a12, ref a20, ref a21, ref a22, ref a30, ref a31, ref a32, ref a40, ref a41, ref a42, ref a50, ref a51, ref a52);
        }

        TVector scale = TLanes.Create(arguments.Activation.Scale), low = TLanes.Create(arguments.Activation.Low), high = TLanes.Create(arguments.Activation.High);
        Finish<TLanes, TVector, TBlock, TChain>(arguments, 0, scale, low, high, a00, a01, a02);
        if (TPixels.Value > 1) Finish<TLanes, TVector, TBlock, TChain>(arguments, 1, scale, low, high, a10, a11, a12);
        if (TPixels.Value > 2) Finish<TLanes, TVector, TBlock, TChain>(arguments, 2, scale, low, high, a20, a21, a22);
        if (TPixels.Value > 3) Finish<TLanes, TVector, TBlock, TChain>(arguments, 3, scale, low, high, a30, a31, a32);
        if (TPixels.Value > 4) Finish<TLanes, TVector, TBlock, TChain>(arguments, 4, scale, low, high, a40, a41, a42);
        if (TPixels.Value > 4) Finish<TLanes, TVector, TBlock, TChain>(arguments, 5, scale, low, high, a50, a51, a52);
    }

    /// <summary>One tap of all pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Tap<TLanes, TVector, TBlock, TPixels>(
        float* weights, nint at, float* p0, float* p1, float* p2, float* p3, float* p4, float* p5,
        ref TVector a00, ref TVector a01, ref TVector a02, ref TVector a10, ref TVector a11, ref TVector a12, ref TVector a20, ref TVector a21, ref TVector a22,
        ref TVector a30, ref TVector a31, ref TVector a32, ref TVector a40, ref TVector a41, ref TVector a42, ref TVector a50, ref TVector a51, ref TVector a52)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TPixels : struct, IBlockSize
    {
        TVector w0 = TLanes.Load(weights);
        TVector w1 = TBlock.Value > 1 ? TLanes.Load(weights + TLanes.Lanes) : default;
        TVector w2 = TBlock.Value > 2 ? TLanes.Load(weights + 2 * TLanes.Lanes) : default;
        Pixel<TLanes, TVector, TBlock>(p0[at], w0, w1, w2, ref a00, ref a01, ref a02);
        if (TPixels.Value > 1) Pixel<TLanes, TVector, TBlock>(p1[at], w0, w1, w2, ref a10, ref a11, ref a12);
        if (TPixels.Value > 2) Pixel<TLanes, TVector, TBlock>(p2[at], w0, w1, w2, ref a20, ref a21, ref a22);
        if (TPixels.Value > 3) Pixel<TLanes, TVector, TBlock>(p3[at], w0, w1, w2, ref a30, ref a31, ref a32);
        if (TPixels.Value > 4) Pixel<TLanes, TVector, TBlock>(p4[at], w0, w1, w2, ref a40, ref a41, ref a42);
        if (TPixels.Value > 4) Pixel<TLanes, TVector, TBlock>(p5[at], w0, w1, w2, ref a50, ref a51, ref a52);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pixel<TLanes, TVector, TBlock>(float value, TVector w0, TVector w1, TVector w2, ref TVector a0, ref TVector a1, ref TVector a2)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
    {
        TVector v = TLanes.Create(value);
        a0 = TLanes.FusedMultiplyAdd(v, w0, a0);
        if (TBlock.Value > 1) a1 = TLanes.FusedMultiplyAdd(v, w1, a1);
        if (TBlock.Value > 2) a2 = TLanes.FusedMultiplyAdd(v, w2, a2);
    }

    /// <summary>Bias, activation and store of a pixel: the same sequence as behind a tile of <see cref="ConvolutionKernel"/>. Behind few taps it is half of the time, so what does not change is found once for all pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TLanes, TVector, TBlock, TChain>(in ChannelTileArguments arguments, int pixel, TVector scale, TVector low, TVector high, TVector a0, TVector a1, TVector a2)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TChain : struct, IChain
    {
        float* output = arguments.Output + arguments.PixelOutputs[pixel];
        if (arguments.Bias != null)
        {
            a0 = TLanes.Add(a0, TLanes.Load(arguments.Bias));
            if (TBlock.Value > 1) a1 = TLanes.Add(a1, TLanes.Load(arguments.Bias + TLanes.Lanes));
            if (TBlock.Value > 2) a2 = TLanes.Add(a2, TLanes.Load(arguments.Bias + 2 * TLanes.Lanes));
        }

        if (arguments.Absolute)
        {
            TVector sign = TLanes.Create(-0f);
            a0 = TLanes.AndNot(a0, sign);
            if (TBlock.Value > 1) a1 = TLanes.AndNot(a1, sign);
            if (TBlock.Value > 2) a2 = TLanes.AndNot(a2, sign);
        }

        ConvolutionTile.Store<TLanes, TVector, TChain>(scale, low, high, a0, output, 0, null);
        if (TBlock.Value > 1) ConvolutionTile.Store<TLanes, TVector, TChain>(scale, low, high, a1, output + TLanes.Lanes, 0, null);
        if (TBlock.Value > 2) ConvolutionTile.Store<TLanes, TVector, TChain>(scale, low, high, a2, output + 2 * TLanes.Lanes, 0, null);
    }
}

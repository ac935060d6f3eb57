// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>Where one tile of a convolution reads and writes. Pointers stand at the tile's lane group; strides are in floats.</summary>
internal unsafe struct ConvolutionTileArguments
{
    /// <summary>Input at channel 0, at the first kernel row inside the image, at the column of the tile's first pixel under tap 0.</summary>
    public float* Input;

    /// <summary>Packed weights of the tile's outputs, at that kernel row.</summary>
    public float* Weights;

    /// <summary>Bias of the tile's outputs, or null.</summary>
    public float* Bias;

    /// <summary>Output at the tile's first channel and pixel.</summary>
    public float* Output;

    /// <summary>For each kernel column, the pixels whose tap lies inside the image, as bits; read by edge tiles only.</summary>
    public byte* TapMasks;

    /// <summary>All ones in lanes that hold an image.</summary>
    public float* LaneMask;

    /// <summary>Chain behind the bias.</summary>
    public Activation Activation;

    /// <summary>For each output of the tile, from its first on, the images whose gradient passes the chain; null where the chain does not mark them.</summary>
    public ushort* PassMasks;

    /// <summary>Pixels of an output channel, which are its masks.</summary>
    public nint OutputPixels;

    /// <summary>From an output channel to the next.</summary>
    public nint OutputPlane;

    /// <summary>From a pixel of the output to the next: all lanes in a map, those of a vector where the next convolution's <see cref="InputPatch"/> or sums of <see cref="MinimalFilterKernel"/> are written, which only <see cref="ConvolutionPointPatchTile"/> does, and with 512 bits, where both are the same, <see cref="ConvolutionWidePointTile"/>.</summary>
    public nint OutputPixel;

    /// <summary>First image of the lane group.</summary>
    public int Lane;

    public nint InputPlane;
    public nint InputRow;

    /// <summary>From a pixel of the input to the next; read by widths of less than sixteen lanes.</summary>
    public nint InputPixel;

    /// <summary>Weights of one input channel.</summary>
    public nint WeightPlane;

    public int InputChannels;

    /// <summary>Kernel rows inside the image.</summary>
    public int KernelRows;

    public int KernelColumns;

    /// <summary>Pixels to store, 1..4.</summary>
    public int Pixels;

    /// <summary>Where the tile's columns lie; <see cref="TilePlace.Border"/> also where no kernel row lies inside the image.</summary>
    public TilePlace Place;

    /// <summary>Blocks of as many outputs, one behind the other, that a tile of three columns or of one tap computes: between two tiles a call with its arguments takes a tenth of the time of a kernel of one tap.</summary>
    public int Blocks;

    /// <summary>From the outputs of one block to those of the next.</summary>
    /// <param name="outputs">Outputs of a block.</param>
    /// <param name="marks">Whether there are masks.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MoveToNextBlock(int outputs, bool marks)
    {
        Weights += InputChannels * WeightPlane;
        Output += outputs * OutputPlane;
        if (Bias != null) Bias += outputs;
        if (marks) PassMasks += outputs * OutputPixels;
    }
}

/// <summary>
/// The register tile of the convolution: up to five output channels times four neighbouring pixels, one accumulator each. Every
/// accumulator is the contract's chain: input channel, kernel row, kernel column, then bias. Twenty accumulators, five weights and one
/// input fit the 32 registers of 512 bits; narrower widths use fewer channels. Kernels of three columns and of one tap have tiles of their own
/// (<see cref="ConvolutionTileChoice"/>); this one takes all others, and what of a row those do not.
/// </summary>
internal static unsafe class ConvolutionTile
{
    /// <summary>Pixels in a tile.</summary>
    public const int Pixels = 4;

    private const int Lanes = LaneLayout.Lanes;

    /// <summary>A tile whose taps and pixels all lie inside the image (<typeparamref name="TEdge"/> is <see cref="Interior"/>) or not, with a chain behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TBlock, TEdge, TChain>(in ConvolutionTileArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TEdge : struct, IEdge
        where TChain : struct, IChain
    {
        TVector a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero;
        TVector a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero;
        TVector a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero;
        TVector a30 = TLanes.Zero, a31 = TLanes.Zero, a32 = TLanes.Zero, a33 = TLanes.Zero;
        TVector a40 = TLanes.Zero, a41 = TLanes.Zero, a42 = TLanes.Zero, a43 = TLanes.Zero;
        float* plane = arguments.Input;
        float* weightPlane = arguments.Weights;
        nint inputPlane = arguments.InputPlane, inputRow = arguments.InputRow, weightStride = arguments.WeightPlane, pixel = TLanes.Lanes == Lanes ? Lanes : arguments.InputPixel;
        int kernelRows = arguments.KernelRows, kernelColumns = arguments.KernelColumns, channels = arguments.InputChannels;
        for (int c = channels; c > 0; c--)
        {
            float* row = plane;
            float* weights = weightPlane;
            for (int ky = kernelRows; ky > 0; ky--)
            {
                float* input = row;
                for (int kx = 0; kx < kernelColumns; kx++)
                {
                    int mask = TEdge.IsEdge ? arguments.TapMasks[kx] : 15;
                    if (TLanes.Lanes < Lanes && mask == 15)
                    {
                        OutputTaps.Four<TLanes, TVector, TBlock>(weights, input, input + pixel, input + 2 * pixel, input + 3 * pixel, ref a00, ref a01, ref a02, ref a03, ref a10, ref a11, ref a12, ref a13, ref a20, ref a21, ref a22, ref a23, ref a30, ref a31, ref a32, ref a33, ref a40, ref a41, ref a42, ref a43);
                        weights += TBlock.Value;
                        input += pixel;
                        continue;
                    }

                    TVector w0 = TLanes.Create(weights[0]);
                    TVector w1 = TBlock.Value > 1 ? TLanes.Create(weights[1]) : default;
                    TVector w2 = TBlock.Value > 2 ? TLanes.Create(weights[2]) : default;
                    TVector w3 = TBlock.Value > 3 ? TLanes.Create(weights[3]) : default;
                    TVector w4 = TBlock.Value > 4 ? TLanes.Create(weights[4]) : default;
                    if (!TEdge.IsEdge || (mask & 1) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input), w0, w1, w2, w3, w4, ref a00, ref a10, ref a20, ref a30, ref a40);
                    if (!TEdge.IsEdge || (mask & 2) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + pixel), w0, w1, w2, w3, w4, ref a01, ref a11, ref a21, ref a31, ref a41);
                    if (!TEdge.IsEdge || (mask & 4) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + 2 * pixel), w0, w1, w2, w3, w4, ref a02, ref a12, ref a22, ref a32, ref a42);
                    if (!TEdge.IsEdge || (mask & 8) != 0) OutputTaps.Add<TLanes, TVector, TBlock>(TLanes.Load(input + 3 * pixel), w0, w1, w2, w3, w4, ref a03, ref a13, ref a23, ref a33, ref a43);
                    weights += TBlock.Value;
                    input += pixel;
                }
                row += inputRow;
            }
            plane += inputPlane;
            weightPlane += weightStride;
        }
        TVector scale = TLanes.Create(arguments.Activation.Scale), low = TLanes.Create(arguments.Activation.Low), high = TLanes.Create(arguments.Activation.High);
        Finish<TLanes, TVector, TEdge, TChain>(arguments, Lanes, 0, scale, low, high, a00, a01, a02, a03);
        if (TBlock.Value > 1) Finish<TLanes, TVector, TEdge, TChain>(arguments, Lanes, 1, scale, low, high, a10, a11, a12, a13);
        if (TBlock.Value > 2) Finish<TLanes, TVector, TEdge, TChain>(arguments, Lanes, 2, scale, low, high, a20, a21, a22, a23);
        if (TBlock.Value > 3) Finish<TLanes, TVector, TEdge, TChain>(arguments, Lanes, 3, scale, low, high, a30, a31, a32, a33);
        if (TBlock.Value > 4) Finish<TLanes, TVector, TEdge, TChain>(arguments, Lanes, 4, scale, low, high, a40, a41, a42, a43);
    }

    /// <summary>Bias, chain and stores of up to five channels of a tile whose pixels all lie inside the output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish<TLanes, TVector, TBlock, TChain>(
        in ConvolutionTileArguments arguments,
        TVector a00, TVector a01, TVector a02, TVector a03, TVector a10, TVector a11, TVector a12, TVector a13,
        TVector a20, TVector a21, TVector a22, TVector a23, TVector a30, TVector a31, TVector a32, TVector a33,
        TVector a40, TVector a41, TVector a42, TVector a43)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TChain : struct, IChain
    {
        TVector scale = TLanes.Create(arguments.Activation.Scale), low = TLanes.Create(arguments.Activation.Low), high = TLanes.Create(arguments.Activation.High);
        Finish<TLanes, TVector, Interior, TChain>(arguments, Lanes, 0, scale, low, high, a00, a01, a02, a03);
        if (TBlock.Value > 1) Finish<TLanes, TVector, Interior, TChain>(arguments, Lanes, 1, scale, low, high, a10, a11, a12, a13);
        if (TBlock.Value > 2) Finish<TLanes, TVector, Interior, TChain>(arguments, Lanes, 2, scale, low, high, a20, a21, a22, a23);
        if (TBlock.Value > 3) Finish<TLanes, TVector, Interior, TChain>(arguments, Lanes, 3, scale, low, high, a30, a31, a32, a33);
        if (TBlock.Value > 4) Finish<TLanes, TVector, Interior, TChain>(arguments, Lanes, 4, scale, low, high, a40, a41, a42, a43);
    }

    /// <summary>Bias, chain and stores of up to three channels of a tile whose pixels all lie inside the output, so many floats apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish<TLanes, TVector, TBlock, TChain>(in ConvolutionTileArguments arguments, int pixelStride, TVector a00, TVector a01, TVector a02, TVector a03, TVector a10, TVector a11, TVector a12, TVector a13, TVector a20, TVector a21, TVector a22, TVector a23)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TChain : struct, IChain
    {
        TVector scale = TLanes.Create(arguments.Activation.Scale), low = TLanes.Create(arguments.Activation.Low), high = TLanes.Create(arguments.Activation.High);
        Finish<TLanes, TVector, Interior, TChain>(arguments, pixelStride, 0, scale, low, high, a00, a01, a02, a03);
        if (TBlock.Value > 1) Finish<TLanes, TVector, Interior, TChain>(arguments, pixelStride, 1, scale, low, high, a10, a11, a12, a13);
        if (TBlock.Value > 2) Finish<TLanes, TVector, Interior, TChain>(arguments, pixelStride, 2, scale, low, high, a20, a21, a22, a23);
    }

    /// <summary>Adds the bias, which lanes without an image do not get, and stores the pixels of one channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Finish<TLanes, TVector, TEdge, TChain>(
        in ConvolutionTileArguments arguments, int pixelStride, int channel, TVector scale, TVector low, TVector high, TVector p0, TVector p1, TVector p2, TVector p3)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TEdge : struct, IEdge
        where TChain : struct, IChain
    {
        float* output = arguments.Output + channel * arguments.OutputPlane;
        ushort* masks = arguments.PassMasks + (TChain.Marks ? channel * arguments.OutputPixels : 0);
        if (arguments.Bias != null)
        {
            TVector bias = TLanes.And(TLanes.Create(arguments.Bias[channel]), TLanes.Load(arguments.LaneMask));
            p0 = TLanes.Add(p0, bias);
            p1 = TLanes.Add(p1, bias);
            p2 = TLanes.Add(p2, bias);
            p3 = TLanes.Add(p3, bias);
        }
        Store<TLanes, TVector, TChain>(scale, low, high, p0, output, arguments.Lane, masks);
        if (!TEdge.IsEdge || arguments.Pixels > 1) Store<TLanes, TVector, TChain>(scale, low, high, p1, output + pixelStride, arguments.Lane, masks + 1);
        if (!TEdge.IsEdge || arguments.Pixels > 2) Store<TLanes, TVector, TChain>(scale, low, high, p2, output + 2 * pixelStride, arguments.Lane, masks + 2);
        if (!TEdge.IsEdge || arguments.Pixels > 3) Store<TLanes, TVector, TChain>(scale, low, high, p3, output + 3 * pixelStride, arguments.Lane, masks + 3);
    }

    /// <summary>Applies the chain while the value is in a register, so that the map is not read and written once more, and notes the lanes whose gradient passes, where the chain marks them; elsewhere the mask may be null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes, TVector, TChain>(TVector scale, TVector low, TVector high, TVector value, float* output, int lane, ushort* mask)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TChain : struct, IChain
    {
        if (!TChain.Activates)
        {
            TLanes.Store(value, output);
            return;
        }

        TVector activated = ActivationKernel.Apply<TLanes, TVector>(value, TChain.Rectifies, TChain.Scales, TChain.ClampsBelow, scale, low, high, out uint passes);
        TLanes.Store(activated, output);
        if (!TChain.Marks) return;
        // A method less for the compiler to put in line where a tile has twenty values.
        if (TLanes.Lanes == Lanes) *mask = (ushort)passes;
        else LaneBits.Write<TLanes, TVector>(lane, passes, mask);
    }
}

/// <summary>Whether a tile has taps outside the image, as a type.</summary>
internal interface IEdge
{
    static abstract bool IsEdge { get; }
}

/// <summary>Every tap of every pixel lies inside the image, and every pixel inside the output.</summary>
internal readonly struct Interior : IEdge
{
    public static bool IsEdge => false;
}

/// <summary>Some taps lie outside the image, or some pixels outside the output; they are skipped.</summary>
internal readonly struct Border : IEdge
{
    public static bool IsEdge => true;
}

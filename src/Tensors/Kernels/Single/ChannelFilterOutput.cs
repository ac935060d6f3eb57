// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels.Single;

/// <summary>Where the outputs of a run of tiles are made. Distances are in floats.</summary>
internal unsafe struct ChannelFilterOutputArguments
{
    /// <summary>The chains <c>[term][tile][outputs of a group]</c>.</summary>
    public float* Sums;

    /// <summary>From a term to the next.</summary>
    public nint Term;

    /// <summary>Lanes of the group.</summary>
    public int Lanes;

    /// <summary>Bias of the group, or null.</summary>
    public float* Bias;

    /// <summary>Output map at the group's first channel.</summary>
    public float* Output;

    /// <summary>From a pixel of the output to the next.</summary>
    public nint Pixel;

    public int OutputHeight;

    public int OutputWidth;

    /// <summary>Row of the first tile's first pixel.</summary>
    public int Row;

    /// <summary>Column of the first tile's first pixel.</summary>
    public int Column;

    /// <summary>Tiles in raster order.</summary>
    public int Tiles;

    public bool Absolute;

    public Activation Activation;
}

/// <summary>The outputs of <see cref="MinimalFilter"/> of one image, with bias and activation: four pixels of each tile, those inside the map.</summary>
internal static unsafe class ChannelFilterOutput
{
    /// <summary>Makes the outputs of a run of tiles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TVector, TChain>(in ChannelFilterOutputArguments arguments)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TChain : struct, IChain
    {
        TVector scale = TLanes.Create(arguments.Activation.Scale), low = TLanes.Create(arguments.Activation.Low), high = TLanes.Create(arguments.Activation.High);
        float* sums = arguments.Sums;
        nint term = arguments.Term, pixel = arguments.Pixel, line = pixel * arguments.OutputWidth;
        int row = arguments.Row, column = arguments.Column;
        for (int tile = arguments.Tiles; tile > 0; tile--)
        {
            bool second = column + 1 < arguments.OutputWidth, below = row + 1 < arguments.OutputHeight;
            float* output = arguments.Output + (nint)(row * arguments.OutputWidth + column) * pixel;
            for (int lane = 0; lane < arguments.Lanes; lane += TLanes.Lanes, sums += TLanes.Lanes, output += TLanes.Lanes)
            {
                MinimalFilterSequence.Outputs<TLanes, TVector>(sums, term, out TVector y00, out TVector y01, out TVector y10, out TVector y11);
                Finish<TLanes, TVector, TChain>(arguments, lane, scale, low, high, y00, output);
                if (second) Finish<TLanes, TVector, TChain>(arguments, lane, scale, low, high, y01, output + pixel);
                if (!below) continue;
                Finish<TLanes, TVector, TChain>(arguments, lane, scale, low, high, y10, output + line);
                if (second) Finish<TLanes, TVector, TChain>(arguments, lane, scale, low, high, y11, output + line + pixel);
            }

            column += MinimalFilter.Step;
            if (column < arguments.OutputWidth) continue;
            column = 0;
            row += MinimalFilter.Step;
        }
    }

    /// <summary>Bias, activation and store of a vector of outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TLanes, TVector, TChain>(in ChannelFilterOutputArguments arguments, int lane, TVector scale, TVector low, TVector high, TVector value, float* output)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TChain : struct, IChain
    {
        if (arguments.Bias != null) value = TLanes.Add(value, TLanes.Load(arguments.Bias + lane));
        if (arguments.Absolute) value = TLanes.AndNot(value, TLanes.Create(-0f));
        ConvolutionTile.Store<TLanes, TVector, TChain>(scale, low, high, value, output, 0, null);
    }
}

// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels.Single;

/// <summary>Which body of <see cref="ChannelTile"/> a tile has.</summary>
internal static class ChannelTileChoice
{
    /// <summary>Runs a tile.</summary>
    /// <param name="arguments">The tile.</param>
    /// <param name="vectors">Its vectors of outputs, 1..3.</param>
    /// <param name="pixels">Its pixels, which <see cref="TapTiling"/> has cut for <see cref="ChannelTile.LargestPixels"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes, TVector, TChain>(in ChannelTileArguments arguments, int vectors, int pixels)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TChain : struct, IChain
    {
        switch (vectors)
        {
            case 1: Pixels<TLanes, TVector, Block1, TChain>(arguments, pixels); break;
            case 2: Pixels<TLanes, TVector, Block2, TChain>(arguments, pixels); break;
            default: Pixels<TLanes, TVector, Block3, TChain>(arguments, pixels); break;
        }
    }

    private static void Pixels<TLanes, TVector, TBlock, TChain>(in ChannelTileArguments arguments, int pixels)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
        where TBlock : struct, IBlockSize
        where TChain : struct, IChain
    {
        switch (pixels)
        {
            case 1: ChannelTile.Run<TLanes, TVector, TBlock, Block1, TChain>(arguments); break;
            case 2: ChannelTile.Run<TLanes, TVector, TBlock, Block2, TChain>(arguments); break;
            case 3: ChannelTile.Run<TLanes, TVector, TBlock, Block3, TChain>(arguments); break;
            case 4: ChannelTile.Run<TLanes, TVector, TBlock, Block4, TChain>(arguments); break;
            default: ChannelTile.Run<TLanes, TVector, TBlock, Block6, TChain>(arguments); break;
        }
    }
}

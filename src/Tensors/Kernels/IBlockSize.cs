// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Number of output channels, or of pixels, in a register tile, as a type: the compiler makes one body for each number and drops the registers and
/// instructions that it does not use.
/// </summary>
internal interface IBlockSize
{
    static abstract int Value { get; }
}

internal readonly struct Block1 : IBlockSize
{
    public static int Value => 1;
}

internal readonly struct Block2 : IBlockSize
{
    public static int Value => 2;
}

internal readonly struct Block3 : IBlockSize
{
    public static int Value => 3;
}

internal readonly struct Block4 : IBlockSize
{
    public static int Value => 4;
}

internal readonly struct Block5 : IBlockSize
{
    public static int Value => 5;
}

internal readonly struct Block6 : IBlockSize
{
    public static int Value => 6;
}

/// <summary>Cuts channels into blocks of nearly equal size.</summary>
internal static class ChannelBlocks
{
    /// <summary>Number of blocks for a number of channels when a block holds at most <paramref name="largest"/>.</summary>
    public static int Count(int channels, int largest) => (channels + largest - 1) / largest;

    /// <summary>First channel of a block; that of the block after the last is the number of channels.</summary>
    public static int Start(int channels, int blocks, int block)
    {
        int size = channels / blocks;
        return block * size + Math.Min(block, channels - blocks * size);
    }

    /// <summary>Whether a block begins with a channel, or the last one ends in front of it.</summary>
    public static bool IsStart(int channels, int blocks, int channel)
    {
        int size = channels / blocks, large = (channels - blocks * size) * (size + 1);
        return channel <= large ? channel % (size + 1) == 0 : (channel - large) % size == 0;
    }
}

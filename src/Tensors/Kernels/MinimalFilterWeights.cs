// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Terms of the kernels of a convolution in the order of <see cref="MinimalFilterKernel.Pack"/>. Kernels that follow one another in that order are gathered tap by tap and then turned into terms a vector at a time:
/// a kernel's sixteen terms go to sixteen places far from each other, of which each then gets a whole line.
/// </summary>
internal unsafe ref struct MinimalFilterWeights
{
    private const int Lanes = LaneLayout.Lanes;
    private const int Taps = MinimalFilter.Kernel * MinimalFilter.Kernel;

    // Kernels gathered before the first is read again: a vector of what was just written float by float is not there yet.
    private const int AtOnce = 4 * Lanes;

    /// <summary>The convolution.</summary>
    public ConvolutionShape Shape;

    /// <summary>Blocks of outputs.</summary>
    public int Blocks;

    /// <summary>The first weight of all.</summary>
    public float* Weights;

    /// <summary>From an output's first weight to the next one's.</summary>
    public nint OutputStep;

    /// <summary>From the first weight of an input channel to that of the next.</summary>
    public nint InputStep;

    /// <summary>Whether kernels are turned by half a turn.</summary>
    public bool Turned;

    /// <summary>Receives the terms.</summary>
    public float* Terms;

    /// <summary>From a term to the next: all kernels, and room for a vector behind them.</summary>
    public nint TermStep;

    /// <summary>Finds all terms.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TLanes, TVector>()
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        float* memory = stackalloc float[Taps * AtOnce + Lanes];
        float* gathered = LaneLayout.Align(memory);
        // Lanes behind the last kernel of all are turned into terms that nobody reads.
        new Span<float>(gathered, Taps * AtOnce).Clear();
        int count = 0;
        for (int block = 0; block < Blocks; block++)
        {
            int start = ChannelBlocks.Start(Shape.OutputChannels, Blocks, block), end = ChannelBlocks.Start(Shape.OutputChannels, Blocks, block + 1);
            for (int c = 0; c < Shape.InputChannels; c++)
                for (int o = start; o < end; o++)
                {
                    Gather(Weights + o * OutputStep + c * InputStep, gathered + count);
                    if (++count < AtOnce) continue;
                    Transform<TLanes, TVector>(gathered, count);
                    count = 0;
                }
        }

        Transform<TLanes, TVector>(gathered, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Gather(float* kernel, float* gathered)
    {
        int step = Turned ? -1 : 1;
        if (Turned) kernel += Taps - 1;
        for (int tap = 0; tap < Taps; tap++, kernel += step) gathered[tap * AtOnce] = *kernel;
    }

    /// <summary>Terms of the kernels gathered, and the place of the next ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Transform<TLanes, TVector>(float* gathered, int count)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        for (int kernel = 0; kernel < count; kernel += TLanes.Lanes) MinimalFilterSequence.Weights<TLanes, TVector>(gathered + kernel, AtOnce, Terms + kernel, TermStep);
        Terms += count;
    }
}

// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ai8x.Tensors.Kernels;

/// <summary>
/// Terms of the kernels of a convolution in the order of <see cref="MinimalFilterKernel.Pack"/>. Kernels that follow one another in that order are gathered tap by tap and then turned into terms a vector at a time:
/// a kernel's sixteen terms go to sixteen places far from each other, of which each then gets a whole line.
/// </summary>
internal unsafe ref struct MinimalFilterWeights
{
    private const int Lanes = LaneLayout.Lanes;
    private const int Taps = MinimalFilter.Kernel * MinimalFilter.Kernel;

    // Kernels gathered before the first is read again: a vector of what was just written in smaller parts is not there yet.
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
        float** kernels = stackalloc float*[AtOnce];
        // Lanes behind the last kernel of all are turned into terms that nobody reads.
        new Span<float>(gathered, Taps * AtOnce).Clear();
        int count = 0;
        for (int block = 0; block < Blocks; block++)
        {
            int start = ChannelBlocks.Start(Shape.OutputChannels, Blocks, block), end = ChannelBlocks.Start(Shape.OutputChannels, Blocks, block + 1);
            for (int c = 0; c < Shape.InputChannels; c++)
                for (int o = start; o < end; o++)
                {
                    kernels[count] = Weights + o * OutputStep + c * InputStep;
                    if (++count < AtOnce) continue;
                    Transform<TLanes, TVector>(kernels, gathered, count);
                    count = 0;
                }
        }

        Transform<TLanes, TVector>(kernels, gathered, count);
    }

    /// <summary>Weights of some kernels, tap by tap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Gather(float** kernels, float* gathered, int count)
    {
        const int Group = 4;
        nint tap = Turned ? -AtOnce : AtOnce;
        if (Turned) gathered += (Taps - 1) * AtOnce;
        int kernel = 0;
        if (Interleave.IsSupported)
        {
            for (; kernel <= count - Group; kernel += Group, gathered += Group)
            {
                float* k0 = kernels[kernel], k1 = kernels[kernel + 1], k2 = kernels[kernel + 2], k3 = kernels[kernel + 3];
                GatherFour(k0, k1, k2, k3, gathered, tap);
                GatherFour(k0 + Group, k1 + Group, k2 + Group, k3 + Group, gathered + Group * tap, tap);
                Vector128.Create(k0[Taps - 1], k1[Taps - 1], k2[Taps - 1], k3[Taps - 1]).Store(gathered + (Taps - 1) * tap);
            }
        }

        for (; kernel < count; kernel++, gathered++)
            for (int i = 0; i < Taps; i++) gathered[i * tap] = kernels[kernel][i];
    }

    /// <summary>Four weights of each of four kernels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void GatherFour(float* k0, float* k1, float* k2, float* k3, float* gathered, nint tap)
    {
        Vector128<float> a = Vector128.Load(k0), b = Vector128.Load(k1), c = Vector128.Load(k2), d = Vector128.Load(k3);
        Vector128<float> ac = Interleave.Low(a, c), bd = Interleave.Low(b, d);
        Interleave.Low(ac, bd).Store(gathered);
        Interleave.High(ac, bd).Store(gathered + tap);
        (ac, bd) = (Interleave.High(a, c), Interleave.High(b, d));
        Interleave.Low(ac, bd).Store(gathered + 2 * tap);
        Interleave.High(ac, bd).Store(gathered + 3 * tap);
    }

    /// <summary>Terms of some kernels, and the place of the next ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Transform<TLanes, TVector>(float** kernels, float* gathered, int count)
        where TLanes : struct, ILaneVector<TVector>
        where TVector : struct
    {
        Gather(kernels, gathered, count);
        for (int kernel = 0; kernel < count; kernel += TLanes.Lanes) MinimalFilterSequence.Weights<TLanes, TVector>(gathered + kernel, AtOnce, Terms + kernel, TermStep);
        Terms += count;
    }
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels;

/// <summary>Work of a kernel that is compiled for each kind of chain.</summary>
internal interface IChainWork
{
    /// <summary>Does it with a chain.</summary>
    void Run<TChain>()
        where TChain : struct, IChain;
}

/// <summary>Which type an <see cref="Activation"/> becomes: what its values say of it is known when the kernel is compiled.</summary>
internal static class ChainChoice
{
    /// <summary>Runs work with the chain of an activation.</summary>
    /// <param name="activation">The activation.</param>
    /// <param name="marks">Whether the lanes in which the gradient passes are noted.</param>
    /// <param name="work">The work.</param>
    public static void Run<TWork>(in Activation activation, bool marks, in TWork work)
        where TWork : struct, IChainWork
    {
        if (activation.IsIdentity && !marks) work.Run<NoChain>();
        else if (!activation.Rectify) Scale<TWork, Clamped>(activation, marks, work);
        else if (activation.Low <= 0) Scale<TWork, Rectified>(activation, marks, work);
        else Scale<TWork, RectifiedAbove>(activation, marks, work);
    }

    private static void Scale<TWork, TChain>(in Activation activation, bool marks, in TWork work)
        where TWork : struct, IChainWork
        where TChain : struct, IChain
    {
        if (activation.Scale == 1) Mark<TWork, TChain>(marks, work);
        else Mark<TWork, Scaled<TChain>>(marks, work);
    }

    private static void Mark<TWork, TChain>(bool marks, in TWork work)
        where TWork : struct, IChainWork
        where TChain : struct, IChain
    {
        if (marks) work.Run<Marked<TChain>>();
        else work.Run<TChain>();
    }
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Autograd.Planning;

/// <summary>What the shares of a part of a step do again, each for itself, that the whole does once. See <see cref="Workspace.RunBlocks"/>.</summary>
internal enum ShareCost
{
    /// <summary>Nothing: each reads what no other does, or no more than its place in the map needs.</summary>
    Nothing,

    /// <summary>They read the whole input.</summary>
    Input,

    /// <summary>They read the whole input and find its terms of minimal filtering.</summary>
    Terms,
}

/// <summary>Into how many shares the blocks of a part are cut.</summary>
internal static class ShareCosts
{
    // So many at least, so that another worker that comes late still finds something.
    private const int FewestShares = 4;

    // Shares of what can be cut at no cost: so short that who comes in the middle of one hardly waits.
    private const int FreeShares = 8;

    // Of what is dear to cut a share has so many blocks at least.
    private const int DearBlocks = 2;

    /// <summary>
    /// Number of shares; below two the part stays whole. What is dear to cut does so unless somebody waits: a wait for its end is rare, and on average half of it, while each further share
    /// costs a tenth of it, and more with few channels, in every batch.
    /// </summary>
    /// <param name="cost">What shares do again.</param>
    /// <param name="blocks">Number of blocks, at least 1.</param>
    /// <param name="waiting">Workers that have nothing to do, at least 0.</param>
    public static int Shares(this ShareCost cost, int blocks, int waiting)
    {
        int workers = waiting + 1;
        return cost switch
        {
            ShareCost.Nothing => Math.Min(blocks, Math.Max(2 * workers, FreeShares)),
            ShareCost.Input => Math.Min(blocks, Math.Max(2 * workers, FewestShares)),
            _ => Math.Min(blocks / DearBlocks, workers),
        };
    }
}

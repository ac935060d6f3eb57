// SPDX-License-Identifier: MIT
namespace Ai8x.Autograd.Planning;

/// <summary>What the shares of a part of a step do again, each for itself, that the whole does once. See <see cref="Workspace.RunBlocks"/>.</summary>
internal enum ShareCost
{
    /// <summary>Nothing: each reads what no other does, or no more than its place in the map needs.</summary>
    Nothing,

    /// <summary>They read the whole input, and rows of terms the whole output gradient too.</summary>
    Input,
}

/// <summary>Into how many shares the blocks of a part are cut.</summary>
internal static class ShareCosts
{
    // So many at least, so that another worker that comes late still finds something.
    private const int FewestShares = 4;

    // Shares of what can be cut at no cost: so short that who comes in the middle of one hardly waits.
    private const int FreeShares = 8;

    /// <summary>Number of shares; below two the part stays whole.</summary>
    /// <param name="cost">What shares do again.</param>
    /// <param name="blocks">Number of blocks, at least 1.</param>
    /// <param name="waiting">Workers that have nothing to do, at least 0.</param>
    public static int Shares(this ShareCost cost, int blocks, int waiting)
    {
        int workers = waiting + 1;
        return Math.Min(blocks, Math.Max(2 * workers, cost == ShareCost.Nothing ? FreeShares : FewestShares));
    }
}

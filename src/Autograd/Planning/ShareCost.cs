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

// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen.Planning.Suggestions;

/// <summary>What a network can run out of.</summary>
public enum ChipResource
{
    /// <summary>Kernel words of 72 bits on each processor.</summary>
    KernelMemory,

    /// <summary>Bytes of each data memory instance.</summary>
    DataMemory,

    /// <summary>Bias bytes.</summary>
    BiasMemory,

    /// <summary>Channels in or out of a layer.</summary>
    Channels,

    /// <summary>Rows or columns of a map.</summary>
    Dimensions,

    /// <summary>Pixels times passes of a flattened map.</summary>
    FlattenSteps,

    /// <summary>Hardware layers.</summary>
    Layers,
}

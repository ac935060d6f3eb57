// SPDX-License-Identifier: MIT
using Ai8x.Device;

namespace Ai8x.Max78000Sim.Projects;

/// <summary>One access of a program to the accelerator's bus.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Address">Absolute address.</param>
/// <param name="Value">Value written, bits set or kept, or value waited for.</param>
/// <param name="Mask">For <see cref="BusOperationKind.Wait"/> and <see cref="BusOperationKind.Check"/>: the bits compared.</param>
/// <param name="Width">Width of the access.</param>
/// <param name="Line">Line of the source file, from 1.</param>
public readonly record struct BusOperation(
    BusOperationKind Kind, uint Address, uint Value, uint Mask = uint.MaxValue, BusWidth Width = BusWidth.Word, int Line = 0);

/// <summary>Kinds of bus accesses.</summary>
public enum BusOperationKind
{
    /// <summary>Store the value.</summary>
    Write,

    /// <summary>Load, set the bits of the value, store.</summary>
    SetBits,

    /// <summary>Load, keep the bits of the value, store.</summary>
    KeepBits,

    /// <summary>Load until the masked word equals the value.</summary>
    Wait,

    /// <summary>Load once; the program gives up unless the masked word equals the value.</summary>
    Check,
}

/// <summary>The bus accesses of one function of a program, in order.</summary>
/// <param name="Name">Name of the function, for example <c>cnn_configure</c>.</param>
/// <param name="File">File it stands in.</param>
/// <param name="Operations">The accesses.</param>
public sealed record ProgramFunction(string Name, string File, System.Collections.Immutable.ImmutableArray<BusOperation> Operations);

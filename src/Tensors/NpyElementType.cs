// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;

namespace Ai8x.Tensors;

/// <summary>Element types of <c>.npy</c> arrays that are read and written, all little-endian.</summary>
[SuppressMessage("Naming", "CA1720:Identifiers should not contain type names", Justification = "The members name element types.")]
public enum NpyElementType
{
    /// <summary><c>|i1</c>.</summary>
    Int8,

    /// <summary><c>|u1</c>.</summary>
    UInt8,

    /// <summary><c>&lt;i2</c>.</summary>
    Int16,

    /// <summary><c>&lt;i4</c>.</summary>
    Int32,

    /// <summary><c>&lt;i8</c>.</summary>
    Int64,

    /// <summary><c>&lt;f4</c>.</summary>
    Float32,

    /// <summary><c>&lt;f8</c>.</summary>
    Float64,
}

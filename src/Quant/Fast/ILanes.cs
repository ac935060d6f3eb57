// SPDX-License-Identifier: MIT
namespace Ai8x.Quant.Fast;

/// <summary>
/// The few operations that the convolution kernel needs, on a vector of 32-bit lanes. A lane of data or weights holds two signed 16-bit
/// values: those of an even and the following odd input channel.
/// </summary>
/// <typeparam name="TVector">The vector; a plain <see cref="int"/> is the scalar form.</typeparam>
internal unsafe interface ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Lanes of one vector: 1, 4, 8 or 16.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(int* source);

    static abstract TVector Broadcast(int value);

    /// <summary>In each lane, sum plus the products of both 16-bit halves; exact.</summary>
    static abstract TVector MultiplyAdd(TVector sum, TVector left, TVector right);

    /// <summary>Shifts, rounds half up, saturates and activates each lane.</summary>
    static abstract TVector Reduce(TVector accumulator, Reduction reduction);

    static abstract void StoreInts(TVector value, int* destination);

    /// <summary>Stores the lanes, each -128..127, as 16-bit values.</summary>
    static abstract void StoreShorts(TVector value, short* destination);
}

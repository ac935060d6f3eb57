// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets;

/// <summary>
/// The 32-bit Mersenne Twister in its usual parameters. It exists only to repeat published splits; every other random number of a
/// run comes from the counter-based generator.
/// </summary>
internal sealed class Mt19937
{
    private const int Length = 624;
    private const int Offset = 397;

    private readonly uint[] _state = new uint[Length];
    private int _next = Length;

    public Mt19937(uint seed)
    {
        _state[0] = seed;
        for (int i = 1; i < Length; i++)
        {
            uint previous = _state[i - 1];
            _state[i] = unchecked((1812433253u * (previous ^ (previous >> 30))) + (uint)i);
        }
    }

    /// <summary>The next tempered output.</summary>
    public uint Next()
    {
        if (_next == Length)
        {
            Twist();
            _next = 0;
        }

        uint value = _state[_next++];
        value ^= value >> 11;
        value ^= (value << 7) & 0x9d2c5680u;
        value ^= (value << 15) & 0xefc60000u;
        return value ^ (value >> 18);
    }

    private void Twist()
    {
        for (int i = 0; i < Length; i++)
        {
            uint joined = (_state[i] & 0x80000000u) | (_state[(i + 1) % Length] & 0x7fffffffu);
            _state[i] = _state[(i + Offset) % Length] ^ (joined >> 1) ^ ((joined & 1) * 0x9908b0dfu);
        }
    }
}

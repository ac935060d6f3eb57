// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Ai8x.Tensors.Kernels.Single;

/// <summary>The weights and bias that a step has packed, so that it packs again only if a bit has changed.</summary>
/// <param name="weights">Number of weights.</param>
/// <param name="biases">Number of biases, 0 for none.</param>
/// <param name="lanes">Outputs in whole vectors.</param>
internal sealed class ChannelParameters(int weights, int biases, int lanes)
{
    private readonly float[] _weights = new float[weights];
    private readonly float[] _bias = new float[biases];
    private readonly LaneMemory? _offsets = biases == 0 ? null : new LaneMemory(lanes);
    private bool _isTaken;

    /// <summary>The bias in whole vectors, or empty.</summary>
    public Span<float> Offsets => _offsets is null ? default : _offsets.All;

    /// <summary>Takes values over; false if they have the bits of those before.</summary>
    /// <exception cref="ArgumentException">There are more or fewer than expected.</exception>
    public bool Take(ReadOnlySpan<float> values, ReadOnlySpan<float> bias)
    {
        if (values.Length != _weights.Length || bias.Length != _bias.Length) throw new ArgumentException($"{_weights.Length} weights and {_bias.Length} biases are expected, not {values.Length} and {bias.Length}");
        if (_isTaken && SameBits(values, _weights) && SameBits(bias, _bias)) return false;
        values.CopyTo(_weights);
        bias.CopyTo(_bias);
        bias.CopyTo(Offsets);
        return _isTaken = true;
    }

    private static bool SameBits(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => MemoryMarshal.AsBytes(a).SequenceEqual(MemoryMarshal.AsBytes(b));
}

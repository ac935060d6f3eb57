// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors;

/// <summary>What random numbers are drawn for; numbers of different purposes never repeat each other.</summary>
public enum RandomPurpose
{
    /// <summary>Initial values of parameters; the layer index is the parameter's, the element is the index in the parameter.</summary>
    Initialization = 1,

    /// <summary>Which activations are dropped.</summary>
    Dropout = 2,

    /// <summary>The order of samples in an epoch; the step is the epoch.</summary>
    Shuffle = 3,

    /// <summary>Choice of samples to save or show.</summary>
    Selection = 4,

    /// <summary>Changes of training data.</summary>
    Augmentation = 5,
}

/// <summary>
/// Random numbers as a function of their name: Philox 4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
/// 1, 2, 3", 2011). A number depends on seed, purpose, layer, step, sample and element only, never on what was drawn before or on
/// which thread.
/// </summary>
/// <remarks>
/// The key is the first two words of the block with counter <c>(purpose, 0, 0, 0)</c> under the key <c>(low, high)</c> of the seed. The number of an
/// element is word <c>element mod 4</c> of the block with counter <c>(element / 4, sample, low step, layer + 65536 * high step)</c>.
/// </remarks>
public readonly struct CounterRandom
{
    /// <summary>Largest layer index.</summary>
    public const int MaximumLayer = 65535;

    internal const uint Multiplier0 = 0xD2511F53;
    internal const uint Multiplier1 = 0xCD9E8D57;
    internal const uint Weyl0 = 0x9E3779B9;
    internal const uint Weyl1 = 0xBB67AE85;
    internal const int Rounds = 10;
    private const float UniformUnit = 1f / (1 << 24);

    private readonly uint _key0;
    private readonly uint _key1;

    /// <summary>Names a family of random numbers.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="purpose">What the numbers are for.</param>
    public CounterRandom(ulong seed, RandomPurpose purpose)
    {
        (_key0, _key1, _, _) = Block((uint)purpose, 0, 0, 0, (uint)seed, (uint)(seed >> 32));
    }

    /// <summary>Random bits.</summary>
    /// <param name="layer">Layer or parameter index, 0 .. <see cref="MaximumLayer"/>.</param>
    /// <param name="step">Training step or epoch, 0 .. 2^47 - 1.</param>
    /// <param name="sample">Sample index, at least 0.</param>
    /// <param name="element">Element, at least 0; <c>(h * W + w) * C + c</c> for an activation.</param>
    /// <returns>32 uniform bits.</returns>
    public uint Bits(int layer, long step, int sample, int element)
    {
        (uint a, uint b, uint c, uint d) = Block((uint)element >> 2, (uint)sample, (uint)step, High(layer, step), _key0, _key1);
        return (element & 3) switch { 0 => a, 1 => b, 2 => c, _ => d };
    }

    /// <summary>A uniform number.</summary>
    /// <param name="layer">Layer or parameter index, 0 .. <see cref="MaximumLayer"/>.</param>
    /// <param name="step">Training step or epoch, 0 .. 2^47 - 1.</param>
    /// <param name="sample">Sample index, at least 0.</param>
    /// <param name="element">Element, at least 0.</param>
    /// <returns>The upper 24 bits times 2^-24: in [0, 1).</returns>
    public float Uniform(int layer, long step, int sample, int element) => ToUniform(Bits(layer, step, sample, element));

    /// <summary>Uniform numbers of successive elements from element 0.</summary>
    /// <param name="layer">Layer or parameter index, 0 .. <see cref="MaximumLayer"/>.</param>
    /// <param name="step">Training step or epoch, 0 .. 2^47 - 1.</param>
    /// <param name="sample">Sample index, at least 0.</param>
    /// <param name="destination">Receives the number of element <c>i</c> at <c>i</c>, in [0, 1).</param>
    public void Fill(int layer, long step, int sample, Span<float> destination)
    {
        uint high = High(layer, step);
        for (int i = 0; i < destination.Length; i += 4)
        {
            (uint a, uint b, uint c, uint d) = Block((uint)i >> 2, (uint)sample, (uint)step, high, _key0, _key1);
            destination[i] = ToUniform(a);
            if (i + 1 < destination.Length) destination[i + 1] = ToUniform(b);
            if (i + 2 < destination.Length) destination[i + 2] = ToUniform(c);
            if (i + 3 < destination.Length) destination[i + 3] = ToUniform(d);
        }
    }

    /// <summary>Everything that names a block apart from sample and element.</summary>
    internal PhiloxCounter CounterOf(int layer, long step) => new((uint)step, High(layer, step), _key0, _key1);

    /// <summary>The block function: ten rounds of Philox 4x32.</summary>
    internal static (uint A, uint B, uint C, uint D) Block(uint c0, uint c1, uint c2, uint c3, uint key0, uint key1)
    {
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0;
            ulong product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(product1 >> 32) ^ c1 ^ key0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ key1, (uint)product0);
            key0 += Weyl0;
            key1 += Weyl1;
        }
        return (c0, c1, c2, c3);
    }

    private static float ToUniform(uint bits) => (bits >> 8) * UniformUnit;

    private static uint High(int layer, long step)
    {
        if ((uint)layer > MaximumLayer) throw new ArgumentOutOfRangeException(nameof(layer), layer, $"a layer index lies in 0..{MaximumLayer}");
        if (step is < 0 or >= 1L << 47) throw new ArgumentOutOfRangeException(nameof(step), step, "a step lies in 0..2^47 - 1");
        return (uint)layer | (uint)(step >> 32) << 16;
    }
}

/// <summary>The parts of a Philox block's name that a layer's draws share: counter words 2 and 3, and the key.</summary>
internal readonly record struct PhiloxCounter(uint Step, uint Layer, uint Key0, uint Key1);

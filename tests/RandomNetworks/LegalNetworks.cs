// SPDX-License-Identifier: MIT
using CsCheck;

namespace Ai8x.RandomNetworks;

/// <summary>
/// Random networks that the MAX78000 can execute: every one must be accepted, placed and computed. They are made by construction from
/// network-yaml.md and machine.md; nothing here asks the generator whether a description is legal.
/// </summary>
public static class LegalNetworks
{
    /// <summary>Any network; small, so that a test can run through thousands.</summary>
    public static Gen<RandomNetwork> Any { get; } = Gen.Int[0, int.MaxValue - 1].Select(FromSeed);

    /// <summary>The network of a number; the same number gives the same network.</summary>
    /// <param name="seed">Any number.</param>
    /// <returns>The network.</returns>
    public static RandomNetwork FromSeed(int seed)
    {
        Random random = new(seed);
        while (true)
        {
            NetworkBuilder builder = new(random);
            builder.Build();
            RandomNetwork network = builder.Finish(seed);

            // Every network uses quadrant 0 (machine.md section 1.1).
            if (network.Description.Layers.Any(layer => layer.Processors.Quadrant(0) != 0) || network.Description.Layers[^1].OutputProcessors!.Value.Quadrant(0) != 0) return network;
        }
    }
}

// SPDX-License-Identifier: MIT
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>Random layers of every kind that the cycle formulas tell apart.</summary>
internal static class RandomLayers
{
    public static LayerGeometry Next(Random random, int largest)
    {
        while (true)
        {
            if (Candidate(random, largest) is LayerGeometry layer)
                return layer;
        }
    }

    private static LayerGeometry? Candidate(Random random, int largest)
    {
        bool oneDimensional = random.Next(4) == 0, passThrough = random.Next(5) == 0, poolLast = !oneDimensional && random.Next(4) == 0;
        int pool = random.Next(2) == 0 ? 1 : random.Next(2, 5);
        int kernel = oneDimensional ? random.Next(1, 10) : random.Next(2) == 0 ? 1 : 3;
        int pad = random.Next(4);
        LayerGeometry layer = new()
        {
            Rows = random.Next(1, largest + 1),
            Columns = oneDimensional ? 1 : random.Next(1, largest + 1),
            PoolRows = poolLast ? random.Next(1, 4) : pool,
            PoolColumns = oneDimensional ? 1 : random.Next(1, 4),
            PoolStride = random.Next(1, 4),
            KernelRows = passThrough ? 1 : kernel,
            KernelColumns = passThrough || oneDimensional ? 1 : kernel,
            PadRows = passThrough ? 0 : pad,
            PadColumns = passThrough || oneDimensional ? 0 : pad,
            Passes = random.Next(3) == 0 ? random.Next(2, 20) : 1,
            Operands = poolLast ? 2 : random.Next(3) == 0 ? random.Next(2, 17) : 1,
            Slots = random.Next(3) == 0 ? 1 : random.Next(1, 70),
            PassThrough = passThrough,
            PoolLast = poolLast,
            ExtendedPasses = random.Next(6) == 0,
            FirstKernelWord = random.Next(2) == 0 ? 0 : random.Next(100),
        };

        // A kernel that reaches past the first columns of an image that pools last has no formula without these columns.
        bool defined = layer.OutputRows >= 1 && layer.OutputColumns >= 1 && !(poolLast && layer.Columns < layer.KernelColumns - 1 - layer.PadColumns);
        return defined ? layer : null;
    }
}

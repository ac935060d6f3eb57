// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning;

/// <summary>Layers without operator write into the quadrants that they read (machine.md section 10.1).</summary>
internal sealed class PassedQuadrants(ImmutableArray<LayerNeed> needs)
{
    private readonly LayerNeed[] _needs = [.. needs.Where(need => need.PassesOn)];

    /// <summary>Whether the rule holds for all layers at a block, as far as both of their ends have a place.</summary>
    /// <param name="starts">First processor of each block, -1 for none yet.</param>
    /// <param name="block">The block.</param>
    public bool Hold(int[] starts, int block)
    {
        foreach (LayerNeed need in _needs)
        {
            if ((need.InputBlock != block && need.OutputBlock != block) || starts[need.InputBlock] < 0 || starts[need.OutputBlock] < 0) continue;
            ProcessorMap reads = new(need.ReadMask << starts[need.InputBlock]), writes = new(need.WriteMask << starts[need.OutputBlock]);
            for (int quadrant = 0; quadrant < MemoryMap.Quadrants; quadrant++)
            {
                if (new ProcessorMap(reads.Quadrant(quadrant)).Count != new ProcessorMap(writes.Quadrant(quadrant)).Count) return false;
            }
        }

        return true;
    }
}

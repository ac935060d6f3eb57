// SPDX-License-Identifier: MIT
using Ai8x.Max78000Sim.Memories;

namespace Ai8x.Max78000Sim.Bus;

/// <summary>The built-in memory test, which leaves the tested memory zero (machine.md section 6.2). It never finds an error here.</summary>
internal static class MemoryTest
{
    /// <summary>Run and zeroise bit pairs sit at bits 0, 2, 4, 6; the done bits at 18, 19, 20, 21.</summary>
    private const int FirstDoneBit = 18;
    private const uint AllDone = 1u << 27;

    /// <summary>Clears what the value asks for in one quadrant and gives back what the register then reads as.</summary>
    public static uint Run(int quadrant, uint value, DataMemory data, KernelMemory kernels, TransferMemory transfer, BiasMemory biases)
    {
        uint result = value & 0xff;
        for (int memory = 0; memory < 4; memory++)
        {
            if ((value >> (2 * memory) & 0b11) == 0)
                continue;
            result |= 1u << (FirstDoneBit + memory) | AllDone;
            switch (memory)
            {
                case 0:
                    data.Clear(quadrant);
                    break;
                case 1:
                    kernels.Clear(quadrant);
                    break;
                case 2:
                    transfer.Clear(quadrant);
                    break;
                default:
                    biases.Clear(quadrant);
                    break;
            }
        }

        return result;
    }
}

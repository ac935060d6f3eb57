// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.Max78000Sim.Bus;

/// <summary>A quadrant whose kernel memories are powered down must not have enabled kernels (machine.md section 3.2).</summary>
internal static class PowerRules
{
    public static void Check(uint alwaysOn, RegisterFile registers)
    {
        int down = RegisterFile.Extract(AlwaysOnRegisters.AlwaysOnControl, "kernel_pd", alwaysOn);
        int last = registers.Field(GlobalRegisters.LayerCount, "lcnt", 0);
        for (int quadrant = 0; quadrant < MemoryMap.Quadrants; quadrant++)
        {
            for (int layer = 0; layer <= last && (down >> quadrant & 1) == 1; layer++)
            {
                if (registers.Field(LayerRegisters.Enable, "mask_en", quadrant, layer) != 0)
                {
                    throw new SimulationException(
                        SimulationFault.InconsistentRegisters, $"quadrant {quadrant} needs kernels but its kernel memories are powered down",
                        new FaultContext(MemoryMap.AlwaysOnControl, alwaysOn, "AON", "kernel_pd", layer));
                }
            }
        }
    }
}

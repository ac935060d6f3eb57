// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim.Bus;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>Quadrants that work in a layer must have been switched on (machine.md section 6.4).</summary>
internal static class QuadrantRules
{
    public static void Check(RegisterFile registers, LayerConfiguration layer)
    {
        foreach (QuadrantConfiguration quadrant in layer.Quadrants)
        {
            bool works = quadrant.Processors != 0 || (quadrant.Summed && !layer.PassThrough);
            if (!works)
                continue;
            uint control = registers.Get(GlobalRegisters.Ctl, quadrant.Quadrant);
            foreach (string field in (string[])["cnn_en", "clk_en"])
            {
                if (RegisterFile.Extract(GlobalRegisters.Ctl, field, control) == 0)
                {
                    throw new SimulationException(
                        SimulationFault.InconsistentRegisters, $"quadrant {quadrant.Quadrant} works in this layer but is not switched on",
                        new FaultContext(RegisterFile.AddressOf(GlobalRegisters.Ctl, quadrant.Quadrant), control, "CTL", field, layer.Index));
                }
            }

            if (registers.Get(GlobalRegisters.LayerCount, quadrant.Quadrant) != registers.Get(GlobalRegisters.LayerCount, 0))
            {
                throw new SimulationException(
                    SimulationFault.InconsistentRegisters, $"quadrant {quadrant.Quadrant} ends at another layer than quadrant 0",
                    new FaultContext(
                        RegisterFile.AddressOf(GlobalRegisters.LayerCount, quadrant.Quadrant), registers.Get(GlobalRegisters.LayerCount, quadrant.Quadrant),
                        "LCNT", "lcnt", layer.Index));
            }
        }
    }
}

// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.Max78000Sim.Bus;

/// <summary>What the control register accepts (machine.md section 3.3).</summary>
internal static class ControlRules
{
    /// <summary>The completion flag.</summary>
    public const uint InterruptMask = 1u << 12;

    /// <summary>Run bit, completion flag, synchronisation source and the read port: they change from start to start and do not change what runs.</summary>
    private const uint SequenceMask = 1u | InterruptMask | 0b111u << 9 | MlatLoad | MlatLane;

    /// <summary>A rising edge loads the address counter of the MLAT port; two bits choose its lane.</summary>
    public const uint MlatLoad = 1u << 16;
    private const uint MlatLane = 0b11u << 17;

    /// <summary>Fields whose feature the device lacks, or that switch a layer's own control off; all known programs write 0.</summary>
    private static readonly string[] Unsupported = ["pool_en", "bigdata", "oneshot", "fclk_dly", "timeshft"];

    /// <summary>The value that the register holds after a write: the completion flag can only be cleared.</summary>
    public static uint Check(uint address, uint previous, uint value)
    {
        foreach (string field in Unsupported)
        {
            if (RegisterFile.Extract(GlobalRegisters.Ctl, field, value) != 0)
            {
                throw new SimulationException(
                    SimulationFault.UnsupportedFeature, $"CTL.{field} is not supported: {Reason(field)}", new FaultContext(address, value, "CTL", field));
            }
        }

        return value & ~(InterruptMask & ~previous);
    }

    private static string Reason(string field) => field switch
    {
        "oneshot" => "this device has no single-layer stepping",
        "timeshft" => "this device has no time shift",
        "fclk_dly" => "the clock is not delayed",
        _ => "the layers' own control bits are used",
    };

    /// <summary>True if a change of the register can change what runs.</summary>
    public static bool ChangesProgram(uint previous, uint value) => ((previous ^ value) & ~SequenceMask) != 0;
}

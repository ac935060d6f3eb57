// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.Max78000Sim.Bus;

/// <summary>What the control register accepts (machine.md section 3.3).</summary>
internal static class ControlRules
{
    /// <summary>The completion flag.</summary>
    public const uint InterruptMask = 1u << 12;

    /// <summary>Run bit, completion flag and synchronisation source: they change from start to start and do not change what runs.</summary>
    private const uint SequenceMask = 1u | InterruptMask | 0b111u << 9;

    /// <summary>Fields whose feature is not executed.</summary>
    private static readonly string[] Unsupported =
    [
        "calcmax", "pool_en", "bigdata", "oneshot", "stream_en", "fifo_en", "mlat_ld", "mlatch_sel", "lilbuf", "ffifo_en", "fifogrp", "fclk_dly",
        "timeshft", "qupac",
    ];

    /// <summary>The value that the register holds after a write: the completion flag can only be cleared.</summary>
    public static uint Check(uint address, uint previous, uint value)
    {
        foreach (string field in Unsupported)
        {
            if (RegisterFile.Extract(GlobalRegisters.Ctl, field, value) != 0)
            {
                throw new SimulationException(
                    SimulationFault.UnsupportedFeature, $"this simulator does not execute CTL.{field}", new FaultContext(address, value, "CTL", field));
            }
        }

        return value & ~(InterruptMask & ~previous);
    }

    /// <summary>True if a change of the register can change what runs.</summary>
    public static bool ChangesProgram(uint previous, uint value) => ((previous ^ value) & ~SequenceMask) != 0;
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Registers;

namespace Ai8x.CodeGen.Registers;

/// <summary>The functions of the program that write registers, in the order of the source (machine.md sections 5.7 and 6).</summary>
internal sealed class RegisterProgram(NetworkPlacement placement, SynthesisOptions options)
{
    private const int LeadQuadrant = 0;
    private const string AlwaysOn = "AON control";

    public ProgramFunction Interrupt() => new("CNN_ISR", [.. placement.Quadrants.Select(q =>
        new ProgramAccess(AccessOperation.KeepBits, Control(q), ~Ctl(("cnn_irq", 1), ("cnn_en", 1)), ""))]);

    public static ProgramFunction Continue() => new("cnn_continue", [new(AccessOperation.SetBits, Control(LeadQuadrant), Ctl(("cnn_en", 1)), Text($"Re-enable quadrant {LeadQuadrant}"))]);

    public static ProgramFunction Stop() => new("cnn_stop", [new(AccessOperation.KeepBits, Control(LeadQuadrant), ~Ctl(("cnn_en", 1)), Text($"Disable quadrant {LeadQuadrant}"))]);

    public ProgramFunction Init()
    {
        List<ProgramAccess> accesses = [Write(MemoryMap.AlwaysOnControl, 0, AlwaysOn)];
        uint last = RegisterWord.Of(GlobalRegisters.LayerCount, ("lcnt", placement.Layers.Length - 1));
        uint sram = RegisterWord.Of(GlobalRegisters.Sram, ("rmargin_en", 1), ("rmargin", 3), ("wneg_en", 1));
        foreach (int quadrant in placement.Quadrants)
        {
            accesses.Add(Write(Control(quadrant), Ctl(("clk_en", 1), ("mexpress", 1)), "Stop SM"));
            accesses.Add(Write(Address(GlobalRegisters.Sram, quadrant), sram, GlobalRegisters.Sram.Label));
            if (last != 0 || options.WriteZeroRegisters) accesses.Add(Write(Address(GlobalRegisters.LayerCount, quadrant), last, GlobalRegisters.LayerCount.Label));
        }

        return new("cnn_init", [.. accesses]);
    }

    public ProgramFunction Configure()
    {
        List<ProgramAccess> accesses = [];
        for (int index = 0; index < placement.Layers.Length; index++)
        {
            foreach (int quadrant in placement.Quadrants)
            {
                foreach ((RegisterDefinition register, uint value) in new LayerRegisterValues(placement.Layers[index], quadrant).InOrder())
                {
                    // The block comes out of reset with zeros.
                    if (value == 0 && !options.WriteZeroRegisters) continue;
                    uint address = Address(register, quadrant) + LayerRegisters.LayerStride * (uint)index;
                    accesses.Add(Write(address, value, value == 0 ? register.Label + " *" : register.Label) with { Layer = index });
                }
            }
        }

        return new("cnn_configure", [.. accesses]);
    }

    public ProgramFunction Start()
    {
        long round = placement.Network.RoundAveragePooling ? 1 : 0;
        uint run = Ctl(("clk_en", 1), ("mexpress", 1), ("poolrnd", round));
        const long Synchronize = 4;
        List<ProgramAccess> accesses = [.. placement.Quadrants.Select(q => Write(
            Control(q), run | Ctl(("ext_sync", Synchronize | LeadQuadrant), ("cnn_en", q == LeadQuadrant ? 0 : 1)), Text($"Enable quadrant {q}")))];
        accesses.Add(Write(Control(LeadQuadrant), run | Ctl(("cnn_en", 1)), Text($"Master enable quadrant {LeadQuadrant}")));
        return new("cnn_start", [.. accesses]);
    }

    /// <summary>Power sequence (machine.md section 6.7).</summary>
    public ProgramFunction Enable()
    {
        uint used = (uint)placement.Quadrants.Sum(q => 1 << q);
        return new("cnn_enable",
        [
            System("GCFR.reg3", 0xf, "Reset"),
            System("GCFR.reg1", used, "Mask memory"),
            System("GCFR.reg0", used, "Power"),
            System("GCFR.reg2", 0xf & ~used, "Iso"),
            System("GCFR.reg3", 0, "Reset"),
            new(AccessOperation.Update, 0, 0, "", Target: "GCR.pclkdiv", SourceName: "clear CNNCLKDIV+CNNCLKSEL then set clock_divider+clock_source"),
        ]);
    }

    public static ProgramFunction Disable() => new("cnn_disable",
    [
        System("GCFR.reg3", 0xf, "Reset"),
        System("GCFR.reg2", 0xf, "Iso") with { Operation = AccessOperation.SetBits },
        System("GCFR.reg0", 0, "Power"),
        System("GCFR.reg1", 0, "Mask memory"),
        System("GCFR.reg3", 0, "Reset"),
    ]);

    private static uint Ctl(params ReadOnlySpan<(string, long)> fields) => RegisterWord.Of(GlobalRegisters.Ctl, fields);

    private static uint Control(int quadrant) => Address(GlobalRegisters.Ctl, quadrant);

    private static uint Address(RegisterDefinition register, int quadrant) => MemoryMap.Registers + (uint)quadrant * MemoryMap.QuadrantStride + register.Offset;

    private static ProgramAccess Write(uint address, uint value, string label) => new(AccessOperation.Write, address, value, label);

    private static ProgramAccess System(string target, uint value, string label) => new(AccessOperation.Write, 0, value, label, Target: target);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

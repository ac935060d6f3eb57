// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Limits;
using Ai8x.Device.Registers;

namespace Ai8x.CodeGen.Registers;

/// <summary>The functions of the program that write registers, in the order of the source (machine.md sections 5.7 and 6).</summary>
internal sealed class RegisterProgram(NetworkPlacement placement, SynthesisOptions options)
{
    private const int LeadQuadrant = 0;
    private const string AlwaysOn = "AON control";

    private readonly bool _streams = placement.Layers.Any(layer => layer.Stream is { Flows: true });

    private uint Express => Ctl(("mexpress", options.ExpressKernels ? 1 : 0));

    public ProgramFunction Interrupt() => new(options.Riscv ? "CNN_IRQHandler" : "CNN_ISR", [.. placement.Quadrants.Select(q =>
        new ProgramAccess(AccessOperation.KeepBits, Control(q), ~Ctl(("cnn_irq", 1), ("cnn_en", 1), ("stream_en", _streams ? 1 : 0)), "") { Rule = "6.5" })]);

    public static ProgramFunction Continue() => new("cnn_continue", [new(AccessOperation.SetBits, Control(LeadQuadrant), Ctl(("cnn_en", 1)), Text($"Re-enable quadrant {LeadQuadrant}")) { Rule = "6.5" }]);

    public static ProgramFunction Stop() => new("cnn_stop", [new(AccessOperation.KeepBits, Control(LeadQuadrant), ~Ctl(("cnn_en", 1)), Text($"Disable quadrant {LeadQuadrant}")) { Rule = "6.5" }]);

    public ProgramFunction Init()
    {
        List<ProgramAccess> accesses = [Write(MemoryMap.AlwaysOnControl, AlwaysOnControl(0), AlwaysOn, "6.2")];
        uint last = RegisterWord.Of(GlobalRegisters.LayerCount, ("lcnt", placement.Layers.Length - 1));
        uint sram = RegisterWord.Of(GlobalRegisters.Sram, ("rmargin_en", 1), ("rmargin", 3), ("wneg_en", 1));
        uint stop = Express | Ctl(("clk_en", 1), ("rdy_sel", options.ReadySelect), ("fifo_en", options.UsesFifo ? 1 : 0));
        foreach (int quadrant in placement.Quadrants)
        {
            if (options.InitializeRowMemories) accesses.AddRange(MemoryClearing.RowMemories(quadrant));
            accesses.Add(Write(Control(quadrant), stop, "Stop SM", "6.2"));
            accesses.Add(Write(Address(GlobalRegisters.Sram, quadrant), sram, GlobalRegisters.Sram.Label, "3.3"));
            if (last != 0 || options.WriteZeroRegisters) accesses.Add(Write(Address(GlobalRegisters.LayerCount, quadrant), last, GlobalRegisters.LayerCount.Label, "6.2"));
        }

        accesses.AddRange(options.ZeroMemories ? MemoryClearing.SelfTest() : MemoryClearing.Buffers(placement.Network.Description, options.MaximumProcessors));
        return new("cnn_init", [.. accesses]);
    }

    public ProgramFunction Configure()
    {
        List<ProgramAccess> accesses = [];
        foreach (LayerPlacement layer in placement.Layers)
        {
            foreach (int quadrant in placement.Quadrants) accesses.AddRange(Configure(layer, quadrant));
        }

        if (options.Input == InputPath.Fifo) accesses.Add(Write(MemoryMap.FifoControl, FifoControl(), "FIFO control", "3.2"));
        if (options.UsesFastFifo) accesses.Add(Write(MemoryMap.FastFifoControl, RegisterWord.Of(AlwaysOnRegisters.FastFifoControl, ("threshold", 10)), "Fast FIFO control", "3.2"));
        return new("cnn_configure", [.. accesses]);
    }

    public ProgramFunction Start()
    {
        const long Synchronize = 4;
        uint run = Run();
        List<ProgramAccess> accesses = [.. placement.Quadrants.Select(q => Write(
            Control(q), run | Fifo(q) | Ctl(("ext_sync", Synchronize | LeadQuadrant), ("cnn_en", q == LeadQuadrant ? 0 : 1)), Text($"Enable quadrant {q}"), "6.4"))];
        int[] unused = [.. Enumerable.Range(0, MemoryMap.Quadrants).Except(placement.Quadrants)];
        if (options.PowerDown && unused.Length > 0)
        {
            accesses.Add(Write(MemoryMap.AlwaysOnControl, AlwaysOnControl(unused.Sum(q => 1 << q)), AlwaysOn, "6.4"));
        }

        accesses.Add(Write(Control(LeadQuadrant), run | Fifo(LeadQuadrant) | Ctl(("cnn_en", 1)), Text($"Master enable quadrant {LeadQuadrant}"), "6.4"));
        return new("cnn_start", [.. accesses]);
    }

    private IEnumerable<ProgramAccess> Configure(LayerPlacement layer, int quadrant)
    {
        List<RegisterValue> values;
        try
        {
            values = new LayerRegisterValues(layer, quadrant).InOrder();
        }
        catch (RegisterFieldException e)
        {
            throw new LimitException(new LimitViolation(
                GeneratorLimits.RegisterField, placement.Network.Description.Where(layer.Layer.Index), e.Message, "Make the layer smaller in this respect: channels, map, pooling, write_gap or kernels in front of it."));
        }

        foreach ((RegisterDefinition register, uint value, string rule) in values)
        {
            // The block comes out of reset with zeros.
            if (value == 0 && !options.WriteZeroRegisters) continue;
            uint address = Address(register, quadrant) + LayerRegisters.LayerStride * (uint)layer.Layer.Index;
            yield return Write(address, value, value == 0 ? register.Label + " *" : register.Label, rule) with { Layer = layer.Layer.Index };
        }
    }

    private uint Run() => Express
        | Ctl(("clk_en", 1), ("rdy_sel", options.ReadySelect), ("poolrnd", placement.Network.RoundAveragePooling ? 1 : 0), ("simple1b", options.Simple1Bit ? 1 : 0))
        | Ctl(("ext_sync", options.UsesFifo ? 4 : 0), ("stream_en", _streams ? 1 : 0), ("lilbuf", _streams && options.UsesFifo ? 1 : 0))
        | Ctl(("qupac", options.Input == InputPath.FastFifoQuad ? 1 : 0), ("calcmax", options.ExternalReady ? 1 : 0));

    /// <summary>The bits that make a quadrant take the input of the first layer from a FIFO.</summary>
    private uint Fifo(int quadrant)
    {
        if (!options.UsesFifo) return 0;
        LayerPlacement first = placement.Layers[0];
        bool feeds = (first.InputMap.Quadrant(quadrant) & 0xf) != 0, fast = feeds && options.UsesFastFifo;
        bool group = fast && (first.InputMap.Bits == 1 || (first.InputMap.Bits & 0xe) != 0);
        return Ctl(("fifo_en", 1), ("ffifo_en", fast ? 1 : 0), ("fifogrp", group ? 1 : 0));
    }

    private uint AlwaysOnControl(int off) => RegisterWord.Of(AlwaysOnRegisters.AlwaysOnControl, ("wait_states", options.ReadySelectAlwaysOn), ("kernel_pd", off));

    private uint FifoControl()
    {
        long fifos = 0;
        for (int q = 0; q < MemoryMap.Quadrants; q++) fifos |= placement.Layers[0].InputMap.Quadrant(q) != 0 ? 1L << q : 0;
        return RegisterWord.Of(AlwaysOnRegisters.FifoControl, ("rdy_sel", options.ReadySelectFifo), ("threshold_a", 2), ("threshold_b", 2), ("required", 1), ("fifo_en", fifos));
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
            new(AccessOperation.Update, 0, 0, "", Target: "GCR.pclkdiv", SourceName: "clear CNNCLKDIV+CNNCLKSEL then set clock_divider+clock_source") { Rule = "6.7" },
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

    private static ProgramAccess Write(uint address, uint value, string label, string rule) => new(AccessOperation.Write, address, value, label) { Rule = rule };

    private static ProgramAccess System(string target, uint value, string label) => new(AccessOperation.Write, 0, value, label, Target: target) { Rule = "6.7" };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

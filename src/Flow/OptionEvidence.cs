// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen;
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Registers;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.Flow;

/// <summary>
/// No option is ignored: what an option asks for must be seen in the description before the synthesis, or in the program after it.
/// </summary>
internal static class OptionEvidence
{
    private const uint ExpressBit = 1u << 20, SimpleBit = 1u << 21, ReadyBit = 1u << 4;

    /// <summary>Refuses options that have nothing to act on.</summary>
    /// <exception cref="FlowException">An option belongs to something that the description has not.</exception>
    public static void CheckBefore(SynthesisOptions options, NetworkDescription description)
    {
        SynthesisOptions defaults = SynthesisOptions.Default;
        bool streams = description.Layers.Any(layer => layer.Streaming);
        Require(!options.AllowStreaming || streams, "--allow-streaming", "no layer streams");
        Require((options.IncreaseStart, options.IncreaseDelta1, options.IncreaseDelta2) == (defaults.IncreaseStart, defaults.IncreaseDelta1, defaults.IncreaseDelta2) || streams, "--increase-start and the --increase-delta options", "no layer streams");
        bool overrides = options.OverrideStart is not null || options.OverrideRollover is not null || options.OverrideDelta1 is not null || options.OverrideDelta2 is not null;
        Require(!overrides || streams || options.UsesFifo, "An --override option", "no layer streams and no FIFO is used");
        Require(!options.LegacyTest || description.Layers.Any(layer => layer.Elementwise is not null), "--legacy-test", "no layer is element-wise");
        Require(options.ReadySelectFifo == 0 || options.UsesFifo, "--ready-sel-fifo", "no FIFO is used");
        Require(!options.UsesFastFifo || options.Riscv, "--fast-fifo", "only the RISC-V core has one, so it needs --riscv");
    }

    /// <summary>Refuses the option to drop channels where every layer reads all of them.</summary>
    /// <exception cref="FlowException">No layer drops channels.</exception>
    public static void CheckReshaped(QuantizationChoices choices, QuantizedNetwork network)
    {
        bool drops = network.Layers.Any(layer => layer.Inputs.Sum(input => input switch
        {
            -1 => network.Input.Channels,
            < -1 => network.Description.DataBuffers[-2 - input].Channels,
            _ => network.Layers[input].Output.Channels,
        }) > layer.Input.Channels * layer.Operands);
        Require(!choices.ReshapeInputs || drops, "--reshape-inputs", "every layer reads all channels");
    }

    /// <summary>Refuses a program that does not show what was asked for.</summary>
    /// <exception cref="FlowException">The generator does not make what an option asks for.</exception>
    public static void CheckAfter(SynthesisOptions options, SynthesizedNetwork network)
    {
        AcceleratorProgram program = network.Program;
        ImmutableArray<ProgramAccess> init = Accesses(program, "cnn_init"), start = Accesses(program, "cnn_start");
        bool kernels = program.Kernels.Length > 1 || !program.KernelBlocks.IsEmpty;
        uint go = start[^1].Value;
        Expect(options.UsesFifo == program.Inputs.Any(block => block.IsFifo), "--fifo");
        Expect(options.ExpressKernels == ((go & ExpressBit) != 0), "--no-mexpress");
        Expect(!kernels || options.OldKernelLoader == !program.KernelBlocks.IsEmpty, "--old-kernel-loader");
        Expect(options.Mlator == !Accesses(program, "cnn_unload").IsEmpty, "--mlator");
        Expect(options.ZeroMemories == init.Any(access => access.Operation == AccessOperation.Check), "--zero-sram");
        Expect(options.InitializeRowMemories == init.Any(ClearsRowMemory), "--init-tram");
        bool powersDown = start.Any(access => access.Address == MemoryMap.AlwaysOnControl);
        Expect(powersDown == (options.PowerDown && network.Placement.Quadrants.Length < MemoryMap.Quadrants), "--powerdown");
        Expect(options.Simple1Bit == ((go & SimpleBit) != 0), "--simple1b");
        Expect(options.ExternalReady == ((go & ReadyBit) != 0), "--ext-rdy");
        Expect(options.ReadySelect == (go >> 1 & 3), "--ready-sel");
        Expect(options.ReadySelectAlwaysOn == (init.First(access => access.Address == MemoryMap.AlwaysOnControl).Value & 3), "--ready-sel-aon");
        Expect(options.StopStart == program.CallOrder.Contains("cnn_stop"), "--stop-start");
        Expect(network.Placement.Layers.All(layer => layer.InputMap.Count <= options.MaximumProcessors), "--max-proc");
        Expect(options.DeduplicateWeights || !SharesKernels(network.Placement.Layers), "--no-deduplicate-weights");
    }

    // Zeros to data memory empty the rolling buffers.
    private static bool ClearsRowMemory(ProgramAccess access) =>
        access.Operation == AccessOperation.FillZero && access.Address % MemoryMap.QuadrantStride >= MemoryMap.TransferMemory % MemoryMap.QuadrantStride;

    private static bool SharesKernels(ImmutableArray<LayerPlacement> layers) => layers
        .Where(layer => !layer.Layer.Weights.IsEmpty && layer.Layer.WeightSource is null)
        .SelectMany(layer => layer.InputMap.Processors().Select(processor => (processor, layer.KernelStart)))
        .GroupBy(place => place)
        .Any(group => group.Count() > 1);

    private static ImmutableArray<ProgramAccess> Accesses(AcceleratorProgram program, string function) =>
        program.Functions.FirstOrDefault(f => f.Name == function)?.Accesses ?? [];

    private static void Require(bool holds, string option, string because)
    {
        if (!holds) throw new FlowException($"{option}: {because}. Leave the option out.");
    }

    private static void Expect(bool holds, string option)
    {
        if (!holds) throw new FlowException($"{option}: the generator does not make this program for this network. Leave the option out.");
    }
}

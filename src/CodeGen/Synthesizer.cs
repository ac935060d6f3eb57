// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.CodeGen.Output;
using Ai8x.CodeGen.Placement;
using Ai8x.CodeGen.Registers;
using Ai8x.Device;
using Ai8x.Device.Limits;
using Ai8x.Device.Registers;
using Ai8x.Quant;

namespace Ai8x.CodeGen;

/// <summary>Turns a quantized network and one sample into the program for the accelerator with its known answer.</summary>
public static class Synthesizer
{
    /// <summary>Places the network, computes the answer and puts the program together (machine.md sections 5 to 10).</summary>
    /// <param name="network">A quantized network.</param>
    /// <param name="sample">Input values, <c>[C, H, W]</c> row-major.</param>
    /// <param name="options">Options.</param>
    /// <returns>The program and what led to it.</returns>
    /// <exception cref="LimitException">The network does not fit the accelerator; all violations are collected.</exception>
    /// <exception cref="ArgumentException">The sample has another number of values than the network's input.</exception>
    public static SynthesizedNetwork Synthesize(QuantizedNetwork network, ReadOnlySpan<sbyte> sample, SynthesisOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        NetworkPlacement placement = Placer.Place(network, options);
        CheckSoftmax(placement, options);
        ImmutableArray<InputBlock> inputs = new InputPacker(placement).Pack(sample);
        ImmutableArray<int[]> outputs = new IntegerEvaluator(network).Run(sample, SampleOrder.ChannelsFirst);
        CheckComputed(placement, outputs);
        AcceleratorProgram program = Program(placement, inputs, KnownAnswer.Make(placement, outputs), options);
        return new SynthesizedNetwork
        {
            Program = program,
            Placement = placement,
            Unload = UnloadPlanner.Make(placement, options.MaximumProcessors),
            Cycles = CycleEstimate.Of(placement),
            LayerOutputs = outputs,
            EmptyBuffers = [.. MemoryClearing.Buffers(network.Description, options.MaximumProcessors).SelectMany(access => Enumerable.Range(0, access.Count).Select(i => new BusWrite(access.Address + 4 * (uint)i, 0)))],
            Softmax = options.Softmax ? SoftmaxOf(network.Layers[^1], outputs[^1]) : [],
            Notices = [.. network.Notices, .. placement.Notices, .. OptionNotices(network, options)],
        };
    }

    private static AcceleratorProgram Program(
        NetworkPlacement placement, ImmutableArray<InputBlock> inputs, ImmutableArray<AnswerRecord> answer, SynthesisOptions options)
    {
        var registers = new RegisterProgram(placement, options);
        bool blocks = options.OldKernelLoader;
        ImmutableArray<uint> kernels = blocks ? [0] : KernelStream.Make(placement.Kernels, options.ExpressKernels, options.ZeroMemories);
        (ImmutableArray<KernelBlock> kernelBlocks, ImmutableArray<ProgramAccess> loads) = blocks ? KernelStream.Blocks(placement.Kernels, options.ExpressKernels) : ([], []);
        AccessOperation walk = options.ExpressKernels ? AccessOperation.KernelStream : AccessOperation.PlainKernelStream;
        List<ProgramFunction> functions =
        [
            registers.Interrupt(),
            RegisterProgram.Continue(),
            RegisterProgram.Stop(),
            new("cnn_load_weights", blocks ? loads : [new(walk, 0, 0, "", kernels.Length, SourceName: "kernels") { Rule = "7.5" }]),
            new("cnn_load_bias", [.. placement.Biases.Select(LoadBias)]),
            registers.Init(),
            registers.Configure(),
            registers.Start(),
            registers.Enable(),
            RegisterProgram.Disable(),
        ];
        if (options.Mlator) functions.Add(GatheredUnload.Make(placement));
        functions.Add(new("load_input", InputLoading.Make(inputs)));
        return new AcceleratorProgram
        {
            Functions = [.. functions],
            CallOrder = CallOrder(options),
            Kernels = kernels,
            KernelBlocks = kernelBlocks,
            Biases = placement.Biases,
            Inputs = inputs,
            KnownAnswer = answer,
        };
    }

    // A FIFO is fed while the accelerator runs.
    private static ImmutableArray<string> CallOrder(SynthesisOptions options)
    {
        string[] start = options.UsesFifo ? ["cnn_start", "load_input"] : ["load_input", "cnn_start"];
        string[] halt = options.StopStart ? ["cnn_stop", "cnn_continue"] : [];
        return
        [
            "cnn_enable", "cnn_init", "cnn_load_weights", "cnn_load_bias", "cnn_configure", .. start, .. halt, "check_output",
            options.Softmax ? "softmax_layer" : "cnn_unload", "cnn_disable",
        ];
    }

    private static ProgramAccess LoadBias(BiasBlock block)
    {
        uint address = MemoryMap.BiasMemory + (uint)block.Quadrant * MemoryMap.QuadrantStride;
        return new(AccessOperation.CopyBytesToWords, address, 0, "", block.Bytes.Length, SourceName: Text($"bias_{block.Quadrant}")) { Rule = "6.6" };
    }

    private static void CheckComputed(NetworkPlacement placement, ImmutableArray<int[]> outputs)
    {
        LimitViolation[] skipped =
        [
            .. placement.OutputLayers.Where(layer => outputs[layer.Layer.Index].Length == 0).Select(layer => new LimitViolation(
                GeneratorLimits.ComputedOutputs, placement.Network.Description.Where(layer.Layer.Index), "simulated_sequence of a layer before passes over it", "Correct simulated_sequence, or mark another layer as output.")),
        ];
        if (skipped.Length > 0) throw new LimitException(skipped);
    }

    private static IEnumerable<string> OptionNotices(QuantizedNetwork network, SynthesisOptions options)
    {
        QuantizedLayer last = network.Layers[^1];
        if (options.Softmax && last.OutputWidth == 8) yield return $"{network.Description.Where(last.Index)}: the soft-max of 8-bit values is coarse; output_width: 32 keeps their fractions.";
        if (options.Mlator) yield return $"{network.Description.Source}: with --mlator cnn_unload changes registers of layer 0; call cnn_configure before the next inference.";
    }

    // A byte has 7 fraction bits, the soft-max takes 14; a 32-bit sum has them all, but with narrow weights it is smaller.
    private static ImmutableArray<int> SoftmaxOf(QuantizedLayer last, int[] values) =>
        last.OutputWidth == 32 ? FixedPointSoftmax.Compute(values, 8 - last.WeightBits) : FixedPointSoftmax.Compute([.. values.Select(value => value * 128)], 0);

    private static void CheckSoftmax(NetworkPlacement placement, SynthesisOptions options)
    {
        LayerPlacement[] outputs = [.. placement.OutputLayers];
        bool fits = outputs.Length == 1 && outputs[0] == placement.Layers[^1] && outputs[0].Layer.Output.Pixels == 1 && placement.Network.Description.Unload.IsEmpty;
        if (options.Softmax && !fits)
        {
            QuantizedLayer last = placement.Layers[^1].Layer;
            throw new LimitException(new LimitViolation(
                GeneratorLimits.Softmax,
                placement.Network.Description.Where(last.Index),
                Text($"there are {outputs.Length} output layers, and the last layer gives {last.Output} of {last.OutputWidth} bits{(placement.Network.Description.Unload.IsEmpty ? "" : ", and the description has unload")}"),
                "Mark no other layer as output, let the last layer make a vector, and remove unload; or leave out the soft-max."));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.CodeGen.Output;
using Ai8x.CodeGen.Placement;
using Ai8x.CodeGen.Registers;
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
        NetworkPlacement placement = Placer.Place(network);
        CheckSoftmax(placement, options);
        ImmutableArray<InputBlock> inputs = new InputPacker(placement).Pack(sample);
        ImmutableArray<int[]> outputs = new IntegerEvaluator(network).Run(sample, SampleOrder.ChannelsFirst);
        AcceleratorProgram program = Program(placement, inputs, KnownAnswer.Make(placement, outputs), options);
        return new SynthesizedNetwork
        {
            Program = program,
            Placement = placement,
            Unload = UnloadPlanner.Make(placement),
            Cycles = CycleEstimate.Of(placement),
            LayerOutputs = outputs,
            Softmax = options.Softmax ? FixedPointSoftmax.Compute(outputs[^1], 8 - network.Layers[^1].WeightBits) : [],
            Notices = [.. network.Notices, .. placement.Notices],
        };
    }

    private static AcceleratorProgram Program(
        NetworkPlacement placement, ImmutableArray<InputBlock> inputs, ImmutableArray<AnswerRecord> answer, SynthesisOptions options)
    {
        var registers = new RegisterProgram(placement, options);
        ImmutableArray<uint> kernels = KernelStream.Make(placement.Kernels);
        string result = options.Softmax ? "softmax_layer" : "cnn_unload";
        return new AcceleratorProgram
        {
            Functions =
            [
                registers.Interrupt(),
                RegisterProgram.Continue(),
                RegisterProgram.Stop(),
                new("cnn_load_weights", [new(AccessOperation.KernelStream, 0, 0, "", kernels.Length, SourceName: "kernels")]),
                new("cnn_load_bias", [.. placement.Biases.Select(LoadBias)]),
                registers.Init(),
                registers.Configure(),
                registers.Start(),
                registers.Enable(),
                RegisterProgram.Disable(),
                new("load_input", [.. inputs.Select(block => new ProgramAccess(AccessOperation.CopyWords, block.Address, 0, "", block.Words.Length, SourceName: Text($"input_{block.Number}")))]),
            ],
            CallOrder =
            [
                "cnn_enable", "cnn_init", "cnn_load_weights", "cnn_load_bias", "cnn_configure", "load_input", "cnn_start", "check_output", result, "cnn_disable",
            ],
            Kernels = kernels,
            Biases = placement.Biases,
            Inputs = inputs,
            KnownAnswer = answer,
        };
    }

    private static ProgramAccess LoadBias(BiasBlock block) => new(
        AccessOperation.CopyBytesToWords,
        MemoryMap.BiasMemory + (uint)block.Quadrant * MemoryMap.QuadrantStride,
        0,
        "",
        block.Bytes.Length,
        SourceName: Text($"bias_{block.Quadrant}"));

    private static void CheckSoftmax(NetworkPlacement placement, SynthesisOptions options)
    {
        LayerPlacement[] outputs = [.. placement.OutputLayers];
        bool fits = outputs.Length == 1 && outputs[0] == placement.Layers[^1] && outputs[0].Layer is { OutputWidth: 32, Output.Pixels: 1 };
        if (options.Softmax && !fits)
        {
            QuantizedLayer last = placement.Layers[^1].Layer;
            throw new LimitException(new LimitViolation(
                GeneratorLimits.Softmax,
                placement.Network.Description.Where(last.Index),
                Text($"there are {outputs.Length} output layers, and the last layer gives {last.Output} of {last.OutputWidth} bits"),
                "Set output_width: 32 in the last layer, or leave out the soft-max."));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

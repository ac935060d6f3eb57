// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using Ai8x.CodeGen.Output;
using Ai8x.CodeGen.Placement;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Maps;

/// <summary>A placement printed: every decision of the stage, one line each, and the rules that it breaks.</summary>
public static class PlacementListing
{
    /// <summary>Prints a placement.</summary>
    /// <param name="attempt">A placement, complete or not.</param>
    /// <returns>ASCII; lines end in a line feed.</returns>
    public static string Of(PlacementAttempt attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        StringBuilder text = new();
        Line(text, $"network: {attempt.Layers.Length} layers, input {attempt.Network.Input}, quadrants {string.Join(' ', attempt.Quadrants)}  [machine.md 4]");
        foreach (LayerPlacement layer in attempt.Layers) Layer(text, attempt, layer);
        foreach (DataBuffer buffer in attempt.Network.Description.DataBuffers) Line(text, $"data buffer {buffer.Name}: processors {buffer.Processors}, offset 0x{buffer.Offset:x4}, {buffer.Channels} channels, {buffer.Rows}x{buffer.Columns}, zero at first  [network-yaml.md 6]");
        foreach (UnloadRange part in attempt.Network.Description.Unload) Line(text, $"unload: processors {part.Processors}, offset 0x{part.Offset:x4}, {part.Channels} channels, {part.Rows}x{part.Columns} of {part.Width} bits, gap {part.WriteGap}  [network-yaml.md 1.1]");
        foreach (BiasBlock block in attempt.Biases) Line(text, $"bias quadrant {block.Quadrant}: {block.Bytes.Length} bytes  [machine.md 8]");
        if (attempt.Kernels is { } kernels) Line(text, $"kernel words: {Enumerable.Range(0, 64).Sum(p => Enumerable.Range(0, kernels.LastWord(p) + 1).Count(word => kernels.IsOccupied(p, word)))}  [machine.md 7.4]");
        foreach (string notice in attempt.Notices) Line(text, $"notice: {notice}");
        foreach (Device.Limits.LimitViolation violation in attempt.Violations) Line(text, $"violation: {violation.Message}");
        return text.ToString();
    }

    // Every decision names the section of the chip's description that it follows.
    private static void Layer(StringBuilder text, PlacementAttempt attempt, LayerPlacement layer)
    {
        QuantizedLayer network = layer.Layer;
        HardwareLayer hardware = layer.Hardware;
        LayerSummary summary = PlacementText.Layer(layer);
        Line(text, $"layer {network.Index} \"{summary.Name}\": {summary.Text}");
        Line(text, $"  input       processors {layer.InputMap}, {(layer.Source == InputPath.Memory ? FormattableString.Invariant($"offset 0x{layer.InputOffset:x4}") : "FIFO")}, {(layer.Format == DataFormat.Chw ? "CHW" : "HWC")}, {layer.InputPasses.Count} passes of {layer.InputPasses.PerPass}  [machine.md {InputRule(layer)}]");
        Line(text, $"  output      processors {layer.OutputMap}, offset 0x{layer.OutputOffset:x4}, {network.OutputWidth} bits, gap {layer.WriteGap}, {layer.OutputPasses.Count} passes of {layer.OutputPasses.PerPass}{(layer.IsOutput ? ", part of the result" : "")}  [machine.md 10.1]");
        if (hardware.Operator != network.Operator || hardware.Kernel != (network.KernelRows, network.KernelColumns) || hardware.Padding != (network.PaddingRows, network.PaddingColumns))
        {
            Line(text, $"  runs as     {hardware.Operator}, {hardware.Kernel.Rows}x{hardware.Kernel.Columns} kernel, pad {hardware.Padding.Rows}x{hardware.Padding.Columns}, on {hardware.Image.Rows}x{hardware.Image.Columns} pixels, {hardware.SurplusPixels} surplus  [machine.md 4.1]");
        }

        if (hardware.IsConvolution && attempt.Kernels is not null) Line(text, $"  kernels     {layer.KernelCount} of {layer.KernelSize} weights of {network.WeightBits} bits, {layer.KernelWords} words from {layer.KernelStart}, {layer.Passes} passes, {layer.Slots} slots, {layer.LeadingDummies} dummies  [machine.md 7.3, 7.4{(SharesKernels(attempt, layer) ? ", shared 7.7" : "")}]");
        if (layer.BiasQuadrant is int quadrant) Line(text, $"  bias        quadrant {quadrant}, offset {layer.BiasOffset}, {network.Bias.Length} bytes  [machine.md 8]");
        if (layer.Stream is { } stream) Line(text, $"  {(stream.Flows ? "streaming  " : "FIFO       ")} start {stream.Start}, in a row {stream.InRow}, between rows {stream.RowCrossing}, buffer {stream.Rollover} words  [machine.md 12.1]");
        if (network.TotalShift != 0 && hardware.IsConvolution) Line(text, $"  shift       {network.TotalShift}  [machine.md 5.6]");
    }

    private static string InputRule(LayerPlacement layer)
    {
        if (layer.Layer.Index > 0) return "10.1a";
        if (layer.Source == InputPath.FastFifoQuad) return "12.4";
        if (layer.Source != InputPath.Memory) return "9.3";
        return layer.Format == DataFormat.Chw ? "9.2" : "9.1";
    }

    private static bool SharesKernels(PlacementAttempt attempt, LayerPlacement layer) => attempt.Layers.Any(other =>
        other.Layer.Index < layer.Layer.Index && other.Hardware.IsConvolution && other.KernelStart == layer.KernelStart && (other.EnabledMap.Bits & layer.EnabledMap.Bits) != 0);

    private static void Line(StringBuilder text, FormattableString line)
    {
        foreach (char c in line.ToString(CultureInfo.InvariantCulture)) text.Append(c is >= ' ' and <= '~' ? c : '?');
        text.Append('\n');
    }
}

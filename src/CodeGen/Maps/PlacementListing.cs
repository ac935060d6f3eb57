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
        Line(text, $"network: {attempt.Layers.Length} layers, input {attempt.Network.Input}, quadrants {string.Join(' ', attempt.Quadrants)}");
        foreach (LayerPlacement layer in attempt.Layers) Layer(text, attempt, layer);
        foreach (BiasBlock block in attempt.Biases) Line(text, $"bias quadrant {block.Quadrant}: {block.Bytes.Length} bytes");
        if (attempt.Kernels is { } kernels) Line(text, $"kernel words: {Enumerable.Range(0, 64).Sum(p => Enumerable.Range(0, kernels.LastWord(p) + 1).Count(word => kernels.IsOccupied(p, word)))}");
        foreach (string notice in attempt.Notices) Line(text, $"notice: {notice}");
        foreach (Device.Limits.LimitViolation violation in attempt.Violations) Line(text, $"violation: {violation.Message}");
        return text.ToString();
    }

    private static void Layer(StringBuilder text, PlacementAttempt attempt, LayerPlacement layer)
    {
        QuantizedLayer network = layer.Layer;
        LayerSummary summary = PlacementText.Layer(layer);
        Line(text, $"layer {network.Index} \"{summary.Name}\": {summary.Text}");
        Line(text, $"  input       processors {layer.InputMap}, offset 0x{layer.InputOffset:x4}, {(layer.Format == DataFormat.Chw ? "CHW" : "HWC")}");
        Line(text, $"  output      processors {layer.OutputMap}, offset 0x{layer.OutputOffset:x4}, {network.OutputWidth} bits, gap {layer.WriteGap}{(layer.IsOutput ? ", part of the result" : "")}");
        if (layer.Hardware.IsConvolution && attempt.Kernels is not null) Line(text, $"  kernels     {layer.KernelCount} of {layer.KernelSize} weights of {network.WeightBits} bits, {layer.KernelWords} words from {layer.KernelStart}, {layer.Passes} passes, {layer.Slots} slots, {layer.LeadingDummies} dummies");
        if (layer.BiasQuadrant is int quadrant) Line(text, $"  bias        quadrant {quadrant}, offset {layer.BiasOffset}, {network.Bias.Length} bytes");
        if (layer.Stream is { } stream) Line(text, $"  {(stream.Flows ? "streaming  " : "FIFO       ")} start {stream.Start}, in a row {stream.InRow}, between rows {stream.RowCrossing}, buffer {stream.Rollover} words");
        if (network.TotalShift != 0 && layer.Hardware.IsConvolution) Line(text, $"  shift       {network.TotalShift}");
    }

    private static void Line(StringBuilder text, FormattableString line)
    {
        foreach (char c in line.ToString(CultureInfo.InvariantCulture)) text.Append(c is >= ' ' and <= '~' ? c : '?');
        text.Append('\n');
    }
}

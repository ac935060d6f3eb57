// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>The device's rules for weight bits, output shift, output width and rolling buffers.</summary>
internal static class OutputRules
{
    /// <summary>Collects what the resolved layers break.</summary>
    public static void Check(NetworkDescription description, IReadOnlyList<QuantizedLayer> layers, ICollection<LimitViolation> violations)
    {
        foreach (QuantizedLayer layer in layers)
        {
            string where = description.Where(layer.Index);
            if (layer.Operator != LayerOperator.None) Shift(layer, where, violations);
            Width(layer, where, layers, violations);
            LayerDescription described = description.Layers[layer.Index];
            if (described.BufferShift is not null || described.BufferInsert is not null) Buffer(description, described, layer, where, violations);
        }
    }

    private static void Shift(QuantizedLayer layer, string where, ICollection<LimitViolation> violations)
    {
        int bits = layer.WeightBits;
        long shift = layer.OutputShift + 8L - bits;
        if (shift is >= -DeviceLimits.MaximumShift and <= DeviceLimits.MaximumShift) return;
        violations.Add(new(
            DeviceLimits.OutputShift,
            where,
            Text($"output_shift {layer.OutputShift} with {bits}-bit weights makes {shift}"),
            Text($"Choose output_shift from {bits - 8 - DeviceLimits.MaximumShift} to {bits - 8 + DeviceLimits.MaximumShift}.")));
    }

    private static void Width(QuantizedLayer layer, string where, IReadOnlyList<QuantizedLayer> layers, ICollection<LimitViolation> violations)
    {
        QuantizedLayer? reader = layers.FirstOrDefault(l => l.Inputs.Contains(layer.Index));
        if (layer.OutputWidth is not (8 or 32) || (layer.OutputWidth == 32 && reader is not null))
        {
            string read = reader is null ? "" : Text($" and layer {reader.Index} reads the data");
            violations.Add(new(DeviceLimits.OutputWidth, where, Text($"output_width is {layer.OutputWidth}{read}"), "Use output_width: 32 in the last layer only."));
        }

        if (layer.OutputWidth == 32 && layer.Activation != ActivationKind.None && layer.Operator != LayerOperator.None)
        {
            violations.Add(new(DeviceLimits.WideActivation, where, $"the activation is {layer.Activation}", "Remove activate, or use output_width: 8."));
        }
    }

    private static void Buffer(NetworkDescription description, LayerDescription described, QuantizedLayer layer, string where, ICollection<LimitViolation> violations)
    {
        if (description.DataBuffers.IsDefaultOrEmpty)
        {
            violations.Add(new(DeviceLimits.DataBufferShape, where, "the description has no data_buffer", "Describe the buffer, or remove buffer_shift and buffer_insert."));
            return;
        }

        DataBuffer buffer = description.DataBuffers[0];
        string shape = Text($"the buffer has {buffer.Channels} channels and {buffer.Rows}x{buffer.Columns} pixels");
        if (described.BufferShift is int shift && (shift < 1 || shift > buffer.Rows || layer.Operator != LayerOperator.None || layer.Inputs is not [-2] || layer.Output.Count != buffer.Rows * buffer.Columns * buffer.Channels))
        {
            violations.Add(new(DeviceLimits.DataBufferShape, where, Text($"buffer_shift is {shift} in a layer with operator {layer.Operator} that makes {layer.Output}, {shape}"), "Move the buffer in a layer with op: none that reads all of it."));
        }

        if (described.BufferInsert is int insert && (insert < 1 || insert > buffer.Rows || layer.Output.Channels != buffer.Channels || layer.Output.Pixels != insert * (long)buffer.Columns || layer.OutputWidth != 8))
        {
            violations.Add(new(DeviceLimits.DataBufferShape, where, Text($"buffer_insert is {insert} in a layer that makes {layer.Output}, {shape}"), "Insert as many rows as the layer makes."));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Placement;

/// <summary>
/// The rules of rolling buffers (network-yaml.md section 6). The accelerator knows no buffer: a layer that inserts rows writes them where the
/// buffer's last rows lie, and one that shifts copies the buffer from some rows further on to its beginning.
/// </summary>
internal sealed class RollingBufferRules(NetworkDescription description, int maximumProcessors, List<LimitViolation> violations)
{
    public static void Check(IReadOnlyList<LayerPlacement> layers, NetworkDescription description, SynthesisOptions options, List<LimitViolation> violations)
    {
        RollingBufferRules rules = new(description, options.MaximumProcessors, violations);
        foreach (DataBuffer buffer in description.DataBuffers) rules.CheckBuffer(buffer);
        foreach (LayerPlacement layer in layers) rules.CheckWriter(layer);
    }

    /// <summary>
    /// Rows behind a buffer that a shift copies into its last rows and that must therefore be zero; none where the next layer that inserts
    /// replaces them before anybody reads the buffer.
    /// </summary>
    public static int ZeroRows(NetworkDescription description)
    {
        int zeros = 0;
        for (int i = 0; i < description.Layers.Length; i++)
        {
            if (description.Layers[i].BufferShift is int rows && !IsReplaced(description, i, rows)) zeros = Math.Max(zeros, rows);
        }

        return zeros;
    }

    private static bool IsReplaced(NetworkDescription description, int shift, int rows)
    {
        if (description.Layers[shift].IsOutput) return false;
        for (int i = shift + 1; i < description.Layers.Length; i++)
        {
            LayerDescription layer = description.Layers[i];
            bool reads = layer.InputLayers.IsEmpty ? i == shift + 1 : layer.InputLayers.Contains(-2) || layer.InputLayers.Contains(shift);
            if (reads) return false;
            if (layer.BufferInsert is int inserted) return inserted >= rows;
        }

        return false;
    }

    private void CheckBuffer(DataBuffer buffer)
    {
        BufferPlaces places = new(buffer, maximumProcessors);
        string where = Text($"data buffer {buffer.Name} of {description.Source}");
        if (!places.Fits)
        {
            violations.Add(new(
                GeneratorLimits.DataBufferPlace, where, Text($"processors {buffer.Processors} has {buffer.Processors.Count} for {buffer.Channels} channels in {places.Passes.Count} pass(es)"), Text($"Choose a map of {places.Passes.PerPass} processors.")));
        }

        int end = buffer.Offset + places.Bytes(buffer.Rows);
        if (end > DeviceLimits.DataInstanceBytes) violations.Add(new(GeneratorLimits.DataBufferPlace, where, Text($"it begins at 0x{buffer.Offset:x4} and ends at byte {end}"), "Make it smaller, or move it to a smaller offset."));
        if (buffer.Width != 8) violations.Add(new(GeneratorLimits.DataBufferPlace, where, Text($"width is {buffer.Width}"), "Use 8 bits, which is what layers read."));
    }

    private void CheckWriter(LayerPlacement layer)
    {
        LayerDescription described = description.Layers[layer.Layer.Index];
        if (description.DataBuffers.IsDefaultOrEmpty || (described.BufferShift ?? described.BufferInsert) is null) return;
        DataBuffer buffer = description.DataBuffers[0];
        BufferPlaces places = new(buffer, maximumProcessors);
        string where = description.Where(layer.Layer.Index), key = described.BufferInsert is null ? "buffer_shift" : "buffer_insert";
        int offset = buffer.Offset + (described.BufferInsert is int rows ? places.Bytes(buffer.Rows - rows) : 0);
        if (layer.OutputMap != buffer.Processors) Add(Text($"{key} with output processors {layer.OutputMap}, and the data buffer {buffer.Name} lies at {buffer.Processors}"), "Give both the same processors.");
        if (layer.OutputOffset != offset) Add(Text($"{key} with out_offset 0x{layer.OutputOffset:x4}, and its rows of the data buffer {buffer.Name} begin at 0x{offset:x4}"), Text($"Use out_offset: 0x{offset:x4}."));
        if (layer.WriteGap != 0) Add(Text($"{key} with write_gap {layer.WriteGap}"), "Remove write_gap.");

        void Add(string actual, string remedy) => violations.Add(new(GeneratorLimits.ConnectedLayers, where, actual, remedy));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Registers;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Output;

/// <summary>A placement in words, ASCII only.</summary>
internal static class PlacementText
{
    public static string Input(NetworkPlacement placement) =>
        Text($"{placement.Network.Input}, {(placement.Layers[0].Format == DataFormat.Chw ? "CHW" : "HWC")}");

    public static LayerSummary Layer(LayerPlacement placement)
    {
        QuantizedLayer layer = placement.Layer;
        List<string> parts = [layer.Input.ToString()];
        if (layer.Pooling is Pooling pooling) parts.Add(PoolingWords(pooling));
        if (layer.Flatten) parts.Add("flatten");
        if (layer.Operands > 1) parts.Add(Text($"{layer.Elementwise} of {layer.Operands} operands{(layer.Pooling is not null && !layer.PoolFirst ? " before the pooling" : "")}").ToLowerInvariant());
        parts.Add(OperatorWords(layer));
        if (placement.InputPasses.Count > 1 || placement.OutputPasses.Count > 1) parts.Add(Text($"{placement.InputPasses.Count} passes in, {placement.OutputPasses.Count} out"));
        if (placement.Stream is { Flows: true }) parts.Add("streaming");
        if (layer.Operator != LayerOperator.None && layer.WeightBits != 8) parts.Add(Text($"{layer.WeightBits}-bit weights"));
        if (placement.BiasQuadrant is not null) parts.Add("bias");
        if (layer.Operator != LayerOperator.None && layer.TotalShift != 0) parts.Add(Text($"shift {layer.TotalShift:+0;-0}"));
        if (layer.Activation != ActivationKind.None) parts.Add(layer.Activation == ActivationKind.Relu ? "ReLU" : "absolute value");
        parts.Add(Text($"{layer.Output} of {layer.OutputWidth} bits"));
        return new LayerSummary(layer.Index, Ascii(layer.Name), string.Join(", ", parts));
    }

    public static ImmutableArray<MemoryRow> MemoryMap(NetworkPlacement placement)
    {
        LayerPlacement head = placement.Layers[0];
        List<MemoryRow> rows = [head.Source == InputPath.Memory ? Data(head.InputMap, head.InputOffset, InputBytes(head), "network input") : new("fifo", "first layer", "network input")];
        foreach (LayerPlacement layer in placement.Layers)
        {
            rows.Add(Data(layer.OutputMap, layer.OutputOffset, layer.Layer.Output.Pixels * layer.PixelStep * sizeof(uint), Text($"output of layer {layer.Layer.Index}")));
        }

        foreach (DataBuffer buffer in placement.Network.Description.DataBuffers)
        {
            int bytes = sizeof(uint) * buffer.Rows * buffer.Columns * (buffer.Channels / buffer.Processors.Count + (buffer.Channels % buffer.Processors.Count == 0 ? 0 : 1));
            rows.Add(Data(buffer.Processors, buffer.Offset, bytes, $"data buffer {Ascii(buffer.Name)}"));
        }

        foreach (LayerPlacement layer in placement.Layers.Where(layer => layer.Hardware.IsConvolution))
        {
            rows.Add(new("kernel", Text($"processors {layer.EnabledMap}, words {layer.KernelStart} to {layer.KernelStart + layer.KernelWords + layer.LeadingDummies - 1}"), Text($"weights of layer {layer.Layer.Index}")));
        }

        foreach (LayerPlacement layer in placement.Layers.Where(layer => layer.BiasQuadrant is not null))
        {
            int last = layer.BiasOffset + BiasPlacer.Length(layer) - 1;
            rows.Add(new("bias", Text($"quadrant {layer.BiasQuadrant}, bytes {layer.BiasOffset} to {last}"), Text($"bias of layer {layer.Layer.Index}")));
        }

        return [.. rows];
    }

    private static string OperatorWords(QuantizedLayer layer) => layer.Operator switch
    {
        LayerOperator.Linear => "linear",
        LayerOperator.None => "pass-through",
        LayerOperator.Conv1d => Text($"conv1d {layer.KernelRows} pad {layer.PaddingRows}{(layer.Dilation > 1 ? Text($" dilation {layer.Dilation}") : "")}"),
        LayerOperator.ConvTranspose2d => Text($"convtranspose2d {layer.KernelRows}x{layer.KernelColumns} pad {layer.PaddingRows}"),
        _ => Text($"conv2d {layer.KernelRows}x{layer.KernelColumns} pad {layer.PaddingRows}"),
    };

    private static string PoolingWords(Pooling pooling) => (pooling.Rows, pooling.Columns) == (1, 1)
        ? Text($"every {pooling.Stride}th pixel")
        : Text($"{(pooling.Kind == PoolingKind.Max ? "max" : "average")} pool {pooling.Rows}x{pooling.Columns} stride {pooling.Stride}");

    private static int InputBytes(LayerPlacement layer) =>
        layer.Format == DataFormat.Chw ? (layer.Layer.Input.Pixels + 3) / 4 * 4 : layer.Layer.Input.Pixels * layer.InputPasses.Count * layer.Layer.Operands * MemoryMapBytes;

    private const int MemoryMapBytes = Device.Registers.MemoryMap.ProcessorsPerInstance;

    private static MemoryRow Data(ProcessorMap map, int offset, int bytes, string content)
    {
        int first = map.First / MemoryMapBytes, last = map.Last / MemoryMapBytes;
        string instances = first == last ? Text($"instance {first}") : Text($"instances {first} to {last}");
        return new("data", Text($"{instances}, bytes 0x{offset:x4} to 0x{offset + bytes - 1:x4}"), content);
    }

    private static string Ascii(string name)
    {
        StringBuilder text = new();
        foreach (char c in name) text.Append(c is >= ' ' and <= '~' ? c : '?');
        return text.ToString();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

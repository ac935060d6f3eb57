// SPDX-License-Identifier: MIT
namespace Ai8x.Quant.Fast;

/// <summary>The buffers of one worker: the input, and for each layer the pooled and padded map and the output. Borders stay zero.</summary>
internal sealed class Workspace
{
    public Workspace(int inputValues, IReadOnlyList<FastLayer> layers)
    {
        Input = new short[inputValues];
        Maps = [.. layers.Select(layer => new short[checked(layer.WorkRows * layer.RowPixels * layer.PixelValues)])];
        Outputs = [.. layers.Select(layer => layer.Reduction.Wide ? [] : new short[checked(layer.Layer.Output.Pixels * layer.OutputStride)])];
        WideOutputs = [.. layers.Select(layer => layer.Reduction.Wide ? new int[checked(layer.Layer.Output.Pixels * layer.OutputStride)] : [])];
    }

    public short[] Input { get; }

    public short[][] Maps { get; }

    public short[][] Outputs { get; }

    public int[][] WideOutputs { get; }
}

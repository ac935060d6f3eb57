// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using Ai8x.CodeGen;
using Ai8x.CodeGen.Maps;
using Ai8x.Quant;

namespace Ai8x.Flow;

/// <summary>The lines of a synthesis: to the caller's observer, or kept for a log file where there is none.</summary>
internal sealed class SynthesisReport(FlowObserver? observer) : FlowObserver
{
    private readonly StringBuilder _kept = new();

    /// <summary>The kept lines, UTF-8, each with a line feed.</summary>
    public byte[] Bytes() => Encoding.UTF8.GetBytes(_kept.ToString());

    public override void Line(string text)
    {
        if (observer is null) _kept.Append(text).Append('\n');
        else observer.Line(text);
    }

    public override void Progress(string stage, long done, long total, string detail) => observer?.Progress(stage, done, total, detail);

    /// <summary>Lists the arrays of weights and bias.</summary>
    public void Checkpoint(QuantizedNetwork network)
    {
        foreach (QuantizedLayer layer in network.Layers)
        {
            Line(string.Create(
                CultureInfo.InvariantCulture,
                $"layer {layer.Index} \"{layer.Name}\": {layer.WeightBits}-bit weights {Array(layer.Weights.AsSpan())}, bias {Array(layer.Bias.AsSpan())}, shift {layer.OutputShift}"));
        }
    }

    /// <summary>Lists every access of the program.</summary>
    public void Program(AcceleratorProgram program)
    {
        foreach (string line in ProgramListing.Of(program)) Line(line);
    }

    private static string Array(ReadOnlySpan<sbyte> values)
    {
        if (values.IsEmpty) return "none";
        (sbyte least, sbyte most) = (sbyte.MaxValue, sbyte.MinValue);
        foreach (sbyte value in values) (least, most) = (Math.Min(least, value), Math.Max(most, value));
        return string.Create(CultureInfo.InvariantCulture, $"{values.Length} from {least} to {most}");
    }
}

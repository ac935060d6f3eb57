// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Autograd;
using Ai8x.Layers;
using Ai8x.Reporting;

namespace Ai8x.Flow;

/// <summary>What a run says about its model: the range of every layer's weights and biases, and the picture.</summary>
internal static class ModelReport
{
    /// <summary>One line for each parameter: name, shape, smallest and largest value.</summary>
    public static IEnumerable<string> Ranges(Model model)
    {
        int width = model.Parameters.Select(parameter => parameter.Name.Length).DefaultIfEmpty().Max();
        foreach (Parameter parameter in model.Parameters)
        {
            float least = float.PositiveInfinity, most = float.NegativeInfinity;
            foreach (float value in parameter.Value) (least, most) = (Math.Min(least, value), Math.Max(most, value));
            yield return string.Create(CultureInfo.InvariantCulture, $"{parameter.Name.PadRight(width)}  min {least,8:0.0000}  max {most,8:0.0000}  [{string.Join(", ", parameter.Shape)}]");
        }
    }

    /// <summary>The model as SVG: a box for its input and one for each layer.</summary>
    public static string Picture(Model model)
    {
        var boxes = ImmutableArray.CreateBuilder<PictureBox>(model.Nodes.Length + 1);
        boxes.Add(new PictureBox("input", [model.InputShape.ToString()], []));
        foreach (LayerNode node in model.Nodes)
        {
            // Node -1 is the model's input, which is box 0.
            boxes.Add(new PictureBox(
                node.Name,
                [node.Layer.Kind, node.Output.ToString(), string.Create(CultureInfo.InvariantCulture, $"{node.ParameterCount:N0} parameters")],
                [.. node.Inputs.Select(input => input + 1)]));
        }

        return ModelPicture.Draw(string.Create(CultureInfo.InvariantCulture, $"{model.Name}: {model.Parameters.Sum(parameter => parameter.Count):N0} parameters"), boxes.MoveToImmutable());
    }
}

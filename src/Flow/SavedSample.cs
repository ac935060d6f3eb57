// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>
/// A sample with what the model says of it, and the files that hold both: <c>.npy</c> of int32 values -128..127 and <c>sampledata.log</c> (training-flow.md sections
/// 2 and 2.1).
/// </summary>
internal sealed record SavedSample(int Index, int Label, float[] Logits, sbyte[] Values, SampleShape Shape)
{
    /// <summary>Class of the first largest logit.</summary>
    public int Predicted => Prediction.Of(Logits);

    /// <summary>Softmax of the logits.</summary>
    public float[] Confidences => Prediction.Softmax(Logits);

    /// <summary>Name of a form in file names.</summary>
    public static string NameOf(SampleForm form) => form.ToString().ToUpperInvariant();

    /// <summary>Whether <c>synthesize</c>, which reads <c>[C, H, W]</c>, takes a sample saved in this form for what it is.</summary>
    public static bool IsChannelFirst(SampleShape shape, SampleForm form) =>
        shape.Channels == 1 ? form == SampleForm.Nhwc : form == (shape.Width == 1 ? SampleForm.Cwh : SampleForm.Chw);

    /// <summary>The values as an array in a form.</summary>
    public NpyArray ToArray(SampleForm form)
    {
        bool flat = Shape.Channels == 1 || Shape.Width == 1;
        (int rows, int columns, int channels) = (Shape.Height, flat ? Shape.Width * Shape.Channels : Shape.Width, flat ? 1 : Shape.Channels);
        if (form == SampleForm.Nhwc)
        {
            int[] values = Array.ConvertAll(Values, value => (int)value);
            return flat ? NpyArray.Create<int>(values, 1, rows, columns) : NpyArray.Create<int>(values, 1, rows, columns, channels);
        }

        bool swap = form == SampleForm.Cwh;
        (int outer, int inner) = swap ? (columns, rows) : (rows, columns);
        var turned = new int[Values.Length];
        for (int i = 0; i < turned.Length; i++)
        {
            int channel = i / (rows * columns), first = i / inner % outer, second = i % inner;
            (int row, int column) = swap ? (second, first) : (first, second);
            turned[i] = Values[(row * columns + column) * channels + channel];
        }

        return flat ? NpyArray.Create<int>(turned, outer, inner, 1) : NpyArray.Create<int>(turned, channels, outer, inner);
    }

    /// <summary>Writes <c>sampledata.npy</c> and <c>sampledata.log</c> and returns the path of the first.</summary>
    public string WriteBesideModel(string folder, SampleForm form)
    {
        string path = Path.Combine(folder, "sampledata.npy");
        NpyWriter.Write(path, ToArray(form));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"index: {Index}\n");
        text.Append(CultureInfo.InvariantCulture, $"actual class:{Label}\n");
        text.Append(CultureInfo.InvariantCulture, $"predicted:{Predicted}\n");
        text.Append("predictions:\n[[").AppendJoin(' ', Logits.Select(v => v.ToString("R", CultureInfo.InvariantCulture))).Append("]]\n");
        AtomicFile.WriteText(Path.Combine(folder, "sampledata.log"), text.ToString());
        return path;
    }

    /// <summary>Writes <c>sampledata_class-LABEL_pred-PREDICTED_FORM.npy</c> and returns its path.</summary>
    public string WriteOfClass(string folder, SampleForm form)
    {
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"sampledata_class-{Label}_pred-{Predicted}_{NameOf(form)}.npy"));
        NpyWriter.Write(path, ToArray(form));
        return path;
    }
}

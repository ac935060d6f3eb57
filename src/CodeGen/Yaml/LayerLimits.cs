// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Limits of the device that depend on one layer description only (network-yaml.md section 4.1).</summary>
internal sealed class LayerLimits(KeyedValues values)
{
    public void Check(LayerDescription layer, int index)
    {
        CheckPadding(layer);
        CheckStride(layer.Operator, layer.Pooling is not null);
        CheckOutputPadding(layer.Operator);
        CheckShift(layer);
        CheckFlatten(layer);
        CheckInput(layer, index);
        if (layer.OutputWidth == 32 && layer.Activation != ActivationKind.None)
        {
            Add("output_width", DeviceLimits.WideActivation, $"output_width is 32 and {values.Shown("activate")}", "Remove the activation or use 8 bits.");
        }
    }

    private void CheckPadding(LayerDescription layer)
    {
        if (layer.Operator == LayerOperator.None) return; // The rule of layers without operator comes later and says more.
        bool padded = layer.Operator != LayerOperator.Linear;
        int pad = layer.Padding ?? (padded && !values.Has("pad") ? 1 : 0);
        int kernel = layer.KernelRows ?? (layer.Operator is LayerOperator.Conv1d ? 9 : padded ? 3 : 1);
        if (pad > DeviceLimits.MaximumPadding) Add("pad", DeviceLimits.Padding, values.Shown("pad"), "Pad by at most 2, or not at all.");
        else if (pad >= kernel)
        {
            string actual = values.Has("pad") ? values.Shown("pad") : $"pad is missing and {DescriptionText.Number(pad)} by default";
            Add("pad", DeviceLimits.PaddingBelowKernel, $"{actual}, and the kernel has {DescriptionText.Number(kernel)} row(s)", kernel == 1 ? "Write pad: 0." : "Choose a smaller padding.");
        }
    }

    private void CheckStride(LayerOperator op, bool pooled)
    {
        if (values.OneOrTwo("stride") is not (int rows, var second)) return;
        int columns = second ?? rows;
        string actual = $"stride is {DescriptionText.Number(rows)} for rows and {DescriptionText.Number(columns)} for columns";
        if (op == LayerOperator.ConvTranspose2d && !pooled)
        {
            if (rows != 2 || columns != 2) Add("stride", DeviceLimits.TransposedKernel, actual, "Write 2 or remove the key.");
        }
        else if (rows != 1 || columns != 1)
        {
            Add("stride", DeviceLimits.ConvolutionStride, actual, "stride must be 1: remove the key, and use pooling to make the feature map smaller.");
        }
    }

    private void CheckOutputPadding(LayerOperator op)
    {
        int only = op == LayerOperator.ConvTranspose2d ? 1 : 0;
        if (values.WideInteger("output_pad") is int pad && pad != only) Add("output_pad", DeviceLimits.OutputPadding, values.Shown("output_pad"), $"Write {DescriptionText.Number(only)} or remove the key.");
    }

    /// <summary>Without <c>quantization</c> the weight bits come with the weights: then the widest range that some width allows holds.</summary>
    private void CheckShift(LayerDescription layer)
    {
        if (layer.OutputShift is not int shift) return;
        int smallest = 8 - (layer.WeightBits ?? 8);
        int largest = 8 - (layer.WeightBits ?? 1);
        if ((long)shift + smallest <= DeviceLimits.MaximumShift && (long)shift + largest >= -DeviceLimits.MaximumShift) return;
        string bits = layer.WeightBits is int known ? $" with {DescriptionText.Number(known)}-bit weights" : "";
        Add("output_shift", DeviceLimits.OutputShift, values.Shown("output_shift") + bits, "Choose a shift that keeps the total in this range.");
    }

    private void CheckFlatten(LayerDescription layer)
    {
        if (!layer.Flatten) return;
        if (layer.Pooling is not null) Add("flatten", DeviceLimits.FlattenPooling, "it has flatten and pooling", "Pool in the layer before, or after a layer of its own.");
    }

    private void CheckInput(LayerDescription layer, int index)
    {
        if (layer.DataFormat != DataFormat.Chw) return;
        if (index > 0) Add("data_format", DeviceLimits.ChwFirstLayer, values.Shown("data_format"), "Remove the key; layers write HWC data for the next one.");
        else if ((layer.Processors.Bits & ~0x1111_1111_1111_1111ul) != 0) Add("processors", DeviceLimits.ChwProcessors, $"processors is {layer.Processors}", "Use processors 0, 4, 8 and so on, or HWC data.");
    }

    private void Add(string key, LimitRule rule, string actual, string remedy) => values.Errors.Add(values.At(key), rule, actual, remedy);
}

// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.Quant;

/// <summary>The device's rules for one resolved layer, by operator (network-yaml.md section 4.1). Every broken one is collected.</summary>
internal sealed class OperatorRules(LayerDescription layer, QuantizedLayer resolved, string where, ICollection<LimitViolation> violations)
{
    private const int LongestPlainSpan = 9;
    private const int LongestDilatedKernel = 3;
    private const int LargestFlattenSteps = 256;

    private int Passes => LayerShapes.Passes(resolved.Input.Channels);

    private bool Pools => resolved.Pooling is { } pooling && (pooling.Rows > 1 || pooling.Columns > 1);

    /// <summary>Collects what the layer breaks.</summary>
    public void Check()
    {
        LayerShapes.CheckMap(where, "input", resolved.Input, violations);
        LayerShapes.CheckPooling(where, resolved.Input, resolved.Pooling, violations);
        switch (resolved.Operator)
        {
            case LayerOperator.None: CheckPassthrough(); break;
            case LayerOperator.Linear: CheckLinear(); break;
            case LayerOperator.Conv1d: CheckConv1d(); break;
            case LayerOperator.ConvTranspose2d: CheckTransposed(); break;
            default: LayerShapes.CheckConvolution(where, resolved.Input, resolved.KernelRows, resolved.KernelColumns, resolved.PaddingRows, violations); break;
        }

        if (layer.Flatten && resolved.Operator != LayerOperator.Linear)
        {
            Add(DeviceLimits.FlattenOperator, Text($"the operator is {resolved.Operator} with a {resolved.KernelRows}x{resolved.KernelColumns} kernel"), "Use op: linear, or remove flatten.");
        }

        if (layer.Dilation != 1 && resolved.Operator != LayerOperator.Conv1d) Add(DeviceLimits.Dilation, Text($"dilation is {layer.Dilation} in a layer with operator {resolved.Operator}"), "Remove dilation.");
        if (resolved.Elementwise is not null) CheckElementwise();
        else if (!layer.PoolFirst) Add(DeviceLimits.PoolLast, "the layer has one operand", "Remove pool_first.");
        if ((long)resolved.Input.Rows * resolved.Input.Columns * Passes > DeviceLimits.MaximumFrame)
        {
            Add(DeviceLimits.Frame, Text($"the map is {resolved.Input}"), "Make the feature map smaller, or use fewer channels.");
        }
    }

    private void CheckPassthrough()
    {
        if (layer.Activation != ActivationKind.None) Add(DeviceLimits.Passthrough, Text($"the activation is {layer.Activation}"), "Remove activate, or put it into the layer before.");
        if ((layer.Padding ?? 0) != 0) Add(DeviceLimits.Passthrough, Text($"pad is {layer.Padding}"), "Use pad: 0.");
        if ((layer.OutputShift ?? 0) != 0) Add(DeviceLimits.Passthrough, Text($"output_shift is {layer.OutputShift}"), "Remove output_shift.");
        if (layer.OutputWidth != 8) Add(DeviceLimits.Passthrough, Text($"output_width is {layer.OutputWidth}"), "Use output_width: 8.");
        if (Pools && Passes > 1 && resolved.Pooled.Pixels != 1)
        {
            Add(DeviceLimits.PassthroughPooling, Text($"it reads {resolved.Input.Channels} channels and pools to {resolved.Pooled.Rows}x{resolved.Pooled.Columns}"), "Pool in a layer with an operator, or pool to 1x1.");
        }
    }

    private void CheckLinear()
    {
        string actual = Text($"the map is {resolved.Pooled.Rows}x{resolved.Pooled.Columns}");
        if (!layer.Flatten)
        {
            if (resolved.Pooled.Pixels > 1) Add(DeviceLimits.LinearInput, actual, "Add flatten: true.");
            return;
        }

        if (resolved.Pooled.Pixels > DeviceLimits.MaximumFlattenPixels) Add(DeviceLimits.FlattenPixels, actual, "Pool more in the layers before.");
        else if ((long)resolved.Pooled.Pixels * Passes > LargestFlattenSteps) Add(DeviceLimits.FlattenPasses, Text($"{actual} in {Passes} passes"), "Pool more in the layers before.");
        if (resolved.Pooling is { } pooling) Add(DeviceLimits.FlattenPooling, Text($"it pools {pooling.Rows}x{pooling.Columns}"), "Pool in the layer before.");
    }

    private void CheckConv1d()
    {
        int kernel = resolved.KernelRows, dilation = layer.Dilation;
        bool known = kernel is >= 1 and <= DeviceLimits.MaximumKernelLength && resolved.KernelColumns == 1;
        if (!known) Add(DeviceLimits.Conv1dKernel, resolved.KernelColumns == 1 ? Text($"the kernel length is {kernel}") : Text($"the kernel is {kernel}x{resolved.KernelColumns}"), "Use one kernel_size of 1 to 9.");
        CheckPadding(kernel, known);
        if (resolved.Input.Rows - 1 + 2L * resolved.PaddingRows > DeviceLimits.MaximumDimension)
        {
            Add(DeviceLimits.Dimensions, Text($"the data has {resolved.Input.Rows} positions with pad {resolved.PaddingRows}"), "Make the data shorter.");
        }

        if (dilation == 1) return;
        string actual = Text($"the kernel length is {kernel}, the dilation {dilation}, pad {resolved.PaddingRows}");
        if (dilation < 1 || kernel == 1) Add(DeviceLimits.Conv1dDilation, actual, "Use dilation: 1.");
        else if ((kernel - 1L) * dilation >= LongestPlainSpan && (kernel > LongestDilatedKernel || resolved.Pooling is not null || resolved.PaddingRows > 0
            || resolved.Operands != 1 || layer.Streaming || dilation > DeviceLimits.MaximumDilation))
        {
            Add(DeviceLimits.Conv1dDilation, actual, "Use a smaller dilation, or a shorter kernel without padding and pooling.");
        }
    }

    private void CheckTransposed()
    {
        if ((resolved.KernelRows, resolved.KernelColumns) != (3, 3)) Add(DeviceLimits.TransposedKernel, Text($"the kernel is {resolved.KernelRows}x{resolved.KernelColumns}"), "Use kernel_size: 3x3.");
        if (resolved.PaddingRows is < 0 or > DeviceLimits.MaximumPadding) Add(DeviceLimits.TransposedKernel, Text($"pad is {resolved.PaddingRows}"), "Use pad 0, 1 or 2.");
    }

    private void CheckPadding(int kernel, bool known)
    {
        int padding = resolved.PaddingRows;
        if (padding is < 0 or > DeviceLimits.MaximumPadding) Add(DeviceLimits.Padding, Text($"pad is {padding}"), "Use pad 0, 1 or 2.");
        else if (known && padding >= kernel) Add(DeviceLimits.PaddingBelowKernel, Text($"pad is {padding} and the kernel length {kernel}"), Text($"Use pad {kernel - 1} or less."));
    }

    private void CheckElementwise()
    {
        if (resolved.Operator == LayerOperator.Conv1d) Add(DeviceLimits.ElementwiseConv1d, Text($"it has {resolved.Operands} operands"), "Put the element-wise operation into a layer of its own.");
        if (!layer.PoolFirst && (!Pools || resolved.Operands > 2))
        {
            Add(DeviceLimits.PoolLast, Pools ? Text($"it has {resolved.Operands} operands") : "it does not pool", "Remove pool_first, or pool in the next layer.");
        }

        bool more = resolved.Operator != LayerOperator.None || resolved.Pooling is not null;
        if (more && Passes > 1 && resolved.Operands * Passes != resolved.Operands + Passes)
        {
            Add(DeviceLimits.ElementwisePasses, Text($"it has {resolved.Operands} operands of {resolved.Input.Channels} channels"), "Put the element-wise operation into a layer of its own.");
        }
    }

    private void Add(LimitRule rule, string actual, string remedy) => violations.Add(new(rule, where, actual, remedy));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Reads what a layer computes: operator, element-wise operation, kernel and activation (network-yaml.md sections 2 and 2.1).</summary>
internal sealed class OperatorReader(KeyedValues values, Action<string> notice)
{
    private static readonly (string Word, LayerOperator Operator, ElementwiseKind? Elementwise)[] Operators =
    [
        ("conv2d", LayerOperator.Conv2d, null), ("conv1d", LayerOperator.Conv1d, null), ("convtranspose2d", LayerOperator.ConvTranspose2d, null),
        ("linear", LayerOperator.Linear, null), ("fc", LayerOperator.Linear, null), ("mlp", LayerOperator.Linear, null),
        ("none", LayerOperator.None, null), ("passthrough", LayerOperator.None, null),
        ("add", LayerOperator.None, ElementwiseKind.Add), ("sub", LayerOperator.None, ElementwiseKind.Sub),
        ("xor", LayerOperator.None, ElementwiseKind.Xor), ("bitwisexor", LayerOperator.None, ElementwiseKind.Xor), ("bitwise_xor", LayerOperator.None, ElementwiseKind.Xor),
        ("or", LayerOperator.None, ElementwiseKind.Or), ("bitwiseor", LayerOperator.None, ElementwiseKind.Or), ("bitwise_or", LayerOperator.None, ElementwiseKind.Or),
    ];

    private static readonly string[] OperatorWords = [.. Operators.Select(row => row.Word)];

    /// <summary>The layer with the keys of its operator filled in.</summary>
    public LayerDescription Into(LayerDescription layer)
    {
        (LayerOperator op, ElementwiseKind? elementwise) = ReadOperator();
        elementwise = ReadElementwise(elementwise);
        (int? rows, int? columns) = ReadKernel(op);
        return layer with
        {
            Operator = op,
            Elementwise = elementwise,
            Operands = ReadOperands(elementwise),
            PoolFirst = values.Boolean("pool_first") ?? true,
            KernelRows = rows,
            KernelColumns = columns,
            Padding = values.Integer("pad", 0, int.MaxValue),
            Dilation = ReadDilation(op),
            Activation = ReadActivation(op),
        };
    }

    private (LayerOperator Operator, ElementwiseKind? Elementwise) ReadOperator()
    {
        if (!values.Has("op"))
        {
            notice("op is missing; conv2d is assumed.");
            return (LayerOperator.Conv2d, null);
        }

        if (values.Choice("op", OperatorWords) is not int choice) return (LayerOperator.Conv2d, null);
        return (Operators[choice].Operator, Operators[choice].Elementwise);
    }

    private ElementwiseKind? ReadElementwise(ElementwiseKind? ofOperator)
    {
        ElementwiseKind? kind = values.Choice("eltwise", "add", "sub", "or", "xor") switch
        {
            0 => ElementwiseKind.Add,
            1 => ElementwiseKind.Sub,
            2 => ElementwiseKind.Or,
            3 => ElementwiseKind.Xor,
            _ => null,
        };
        if (kind is null || ofOperator is null || kind == ofOperator) return kind ?? ofOperator;
        values.Errors.Add(values.At("eltwise"), DescriptionRules.Combination, "A layer has one element-wise operation.", $"{values.Shown("op")} and {values.Shown("eltwise")}", "Remove one of the two.");
        return kind;
    }

    private int ReadOperands(ElementwiseKind? elementwise)
    {
        int otherwise = elementwise is null ? 1 : 2;
        if (values.WideInteger("operands") is not int operands) return otherwise;
        bool allowed = elementwise is null ? operands == 1 : operands is >= 2 and <= DeviceLimits.MaximumOperands;
        if (allowed) return operands;
        values.Errors.Add(values.At("operands"), DeviceLimits.Operands, values.Shown("operands"), elementwise is null ? "Remove the key, or name an element-wise operation." : "Use 2 to 16 operands.");
        return otherwise;
    }

    private int ReadDilation(LayerOperator op)
    {
        if (values.OneOrTwo("dilation") is not (int rows, var second)) return 1;
        int columns = second ?? rows;
        if (rows < 1 || columns < 1) values.OutOfRange("dilation", values.Node("dilation")!, "at least 1", Math.Min(rows, columns));
        else if (op != LayerOperator.Conv1d && (rows, columns) != (1, 1)) values.Errors.Add(values.At("dilation"), DeviceLimits.Dilation, values.Shown("dilation"), "Write 1 or remove the key.");
        else if (rows != columns && columns != 1) values.Errors.Add(values.At("dilation"), DescriptionRules.ValueRange, "A one-dimensional convolution has one dilation.", $"dilation is {DescriptionText.Number(rows)} and {DescriptionText.Number(columns)}", "Write one number.");
        else return rows;
        return 1;
    }

    private ActivationKind ReadActivation(LayerOperator op)
    {
        if (!values.Has("activate") && op is not (LayerOperator.Linear or LayerOperator.None)) notice("activate is missing; the convolution has no activation.");
        return values.Choice("activate", "none", "relu", "abs") switch { 1 => ActivationKind.Relu, 2 => ActivationKind.Abs, _ => ActivationKind.None };
    }

    private (int? Rows, int? Columns) ReadKernel(LayerOperator op)
    {
        if (values.Node("kernel_size") is not YamlNode node) return (null, null);
        string text = (node as YamlScalar)?.Text ?? "";
        switch (op)
        {
            case LayerOperator.Linear:
                values.Errors.Add(values.At(node), DescriptionRules.Combination, "A linear layer has no kernel_size.", values.Shown("kernel_size"), "Remove the key.");
                break;
            case LayerOperator.Conv1d or LayerOperator.None:
                if (values.WideInteger("kernel_size") is not int length) break;
                if (length is >= 1 and <= DeviceLimits.MaximumKernelLength) return (length, 1);
                values.Errors.Add(values.At(node), DeviceLimits.Conv1dKernel, values.Shown("kernel_size"), "Use a kernel length of 1 to 9.");
                break;
            default:
                if (text.Equals("3x3", StringComparison.OrdinalIgnoreCase)) return (3, 3);
                if (text.Equals("1x1", StringComparison.OrdinalIgnoreCase) && op == LayerOperator.Conv2d) return (1, 1);
                (LimitRule rule, string allowed) = op == LayerOperator.Conv2d ? (DeviceLimits.Conv2dKernel, "1x1 or 3x3") : (DeviceLimits.TransposedKernel, "3x3");
                values.Errors.Add(values.At(node), rule, values.Shown("kernel_size"), $"Write {allowed}.");
                break;
        }

        return (null, null);
    }
}

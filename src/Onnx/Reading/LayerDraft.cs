// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;

namespace Ai8x.Onnx.Reading;

/// <summary>How far the nodes of a layer have been read; each step may be taken once and in this order only.</summary>
internal enum LayerStep
{
    /// <summary>Only pooling so far.</summary>
    Pooled,

    /// <summary>Operator, with the bias if there is one.</summary>
    Operated,

    /// <summary>Activation.</summary>
    Activated,

    /// <summary>Output scale.</summary>
    Scaled,

    /// <summary>Clamped on both sides: the layer is complete.</summary>
    Complete,
}

/// <summary>A hardware layer while its nodes are being read.</summary>
internal sealed class LayerDraft(int index, NodeView first, ImmutableArray<LayerDraft?> inputs, FeatureShape inputShape)
{
    private float? _low;
    private float? _high;

    /// <summary>Index of the layer; -1 for maps joined by channel, which are a layer's input and no layer.</summary>
    public int Index { get; set; } = index;

    /// <summary>Whether this stands for maps joined by channel.</summary>
    public bool IsJoin => Index < 0;

    /// <summary>The node that names the layer: its operator, or its pooling where there is none.</summary>
    public NodeView Node { get; set; } = first;

    /// <summary>The layers that are read, null for the network input.</summary>
    public ImmutableArray<LayerDraft?> Inputs { get; set; } = inputs;

    public FeatureShape InputShape { get; } = inputShape;

    public FeatureShape Shape { get; set; } = inputShape;

    public LayerStep Step { get; private set; } = LayerStep.Pooled;

    /// <summary>Counts the nodes of this layer, so that a tensor from before a node is not taken for the layer's result.</summary>
    public int Stage { get; private set; }

    public LayerOperator Operator { get; set; } = LayerOperator.None;

    public Pooling? Pooling { get; set; }

    public ElementwiseKind? Elementwise { get; set; }

    public bool PoolFirst { get; set; } = true;

    public int Dilation { get; set; } = 1;

    public int KernelRows { get; set; } = 1;

    public int KernelColumns { get; set; } = 1;

    public int Padding { get; set; }

    public bool Flatten { get; set; }

    public ActivationKind Activation { get; set; }

    public int OutputShift { get; set; }

    public bool Wide { get; private set; }

    public ImmutableArray<float> Weights { get; set; } = [];

    public ImmutableArray<float> Bias { get; set; } = [];

    public LayerBinding Binding { get; set; } = LayerBinding.None;

    /// <summary>Whether a later layer reads the result.</summary>
    public bool IsRead { get; set; }

    /// <summary>Whether several nodes read the result of the pooling that begins this layer, so that it is a layer of its own.</summary>
    public bool IsShared { get; set; }

    /// <summary>Whether the operator reads values that were clamped to ±1 where the model clamps behind it, so that only that clamp fits.</summary>
    public bool IsNarrowOnly { get; set; }

    /// <summary>Whether nodes behind the operator may follow: it is there, and no clamp is complete.</summary>
    public bool IsOpen => Operator != LayerOperator.None && Step != LayerStep.Complete;

    /// <summary>Begins the operator, on the pooling so far if there is one; the clamp of an average belongs to the pooling.</summary>
    public void BeginOperator(LayerOperator kind, NodeView node)
    {
        Operator = kind;
        Node = node;
        Step = LayerStep.Operated;
        _low = _high = null;
        Stage++;
    }

    /// <summary>Pools the result of an element-wise operation.</summary>
    public void PoolLast(Pooling pooling, FeatureShape shape)
    {
        Pooling = pooling;
        PoolFirst = false;
        Shape = shape;
        Step = LayerStep.Pooled;
        _low = _high = null;
        Stage++;
    }

    /// <summary>Whether more operands may join: no clamp or operator stands behind the element-wise operation yet.</summary>
    public bool TakesOperand(ElementwiseKind kind) => Elementwise == kind && PoolFirst && Operator == LayerOperator.None && Step == LayerStep.Pooled && !IsClampBegun && !IsRead;

    /// <summary>Takes one operand more.</summary>
    public void AddOperand(LayerDraft? operand)
    {
        Inputs = Inputs.Add(operand);
        Stage++;
    }

    /// <summary>Makes every tensor of this layer stale, because another layer has taken its place.</summary>
    public void Withdraw() => Stage++;

    /// <summary>Takes a step behind the operator; a step that is already past is an error of the graph.</summary>
    public void Advance(LayerStep step, NodeView node)
    {
        if (Operator == LayerOperator.None || IsClampBegun || Step >= step)
        {
            throw node.Error("the node does not stand where a layer of the chip has it; the order is operator, bias, activation, scale, clamp.");
        }

        Step = step;
        Stage++;
    }

    /// <summary>Takes a bias that stands behind the operator as a node of its own.</summary>
    public void AddBias(ImmutableArray<float> bias, string initializer, NodeView node)
    {
        if (Operator == LayerOperator.None || Step != LayerStep.Operated || IsClampBegun || !Bias.IsEmpty)
        {
            throw node.Error("the sum does not stand where a layer of the chip has its bias: directly behind the operator, once.");
        }

        Bias = bias;
        Binding = Binding with { Bias = initializer };
        Stage++;
    }

    /// <summary>
    /// Multiplies and shifts the result channel by channel: in front of the activation always, behind it by positive factors without shift.
    /// </summary>
    public void Scale(ReadOnlySpan<double> factors, ReadOnlySpan<double> offsets, NodeView node)
    {
        if (!TakesScale(factors, offsets))
        {
            throw node.Error("the values are scaled or shifted behind the activation; the chip can only take positive factors into its weights there. Scale in front of the activation, or behind the clamp.");
        }

        (Weights, Bias) = WeightScaling.Outputs(Weights, Bias, factors, offsets, node);
        Binding = LayerBinding.None with { IsComputed = true };
        Stage++;
    }

    /// <summary>Whether <see cref="Scale"/> can take factors and offsets in.</summary>
    public bool TakesScale(ReadOnlySpan<double> factors, ReadOnlySpan<double> offsets)
    {
        bool positive = !offsets.ContainsAnyExcept(0) && !factors.ContainsAnyInRange(double.NegativeInfinity, 0);
        return IsOpen && !IsClampBegun && (Step == LayerStep.Operated || positive);
    }

    /// <summary>Takes over factors and offsets of what the operator reads, one for each input of a kernel.</summary>
    public void ScaleInputs(ReadOnlySpan<double> factors, ReadOnlySpan<double> offsets, NodeView node)
    {
        (Weights, Bias) = WeightScaling.Inputs(Weights, Bias, Shape.Channels, factors, offsets, node);
        Binding = LayerBinding.None with { IsComputed = true };
    }

    /// <summary>Multiplies weights and biases by a factor each.</summary>
    public void ScaleParts(double weights, double biases, NodeView node)
    {
        double[] factors = [.. Enumerable.Repeat(weights, Shape.Channels)];
        ImmutableArray<float> bias = Bias;
        (Weights, _) = WeightScaling.Outputs(Weights, [], factors, new double[factors.Length], node);
        (Bias, _) = bias.IsEmpty ? (bias, bias) : WeightScaling.Outputs(bias, [], [.. Enumerable.Repeat(biases, bias.Length)], new double[bias.Length], node);
        Binding = LayerBinding.None with { IsComputed = true };
    }

    /// <summary>Sets negative values to zero: in the layer, or behind its clamp, which changes nothing about the result.</summary>
    public void Rectify()
    {
        if (Activation == ActivationKind.None) Activation = ActivationKind.Relu;
        if (Step < LayerStep.Activated) Step = LayerStep.Activated;
        Stage++;
    }

    /// <summary>Ends the layer with the clamp to ±1, which the values do not leave or which a later layer repeats.</summary>
    public void EndNarrow()
    {
        Step = LayerStep.Complete;
        Stage++;
    }

    /// <summary>Ends the layer with the clamp of wide layers, which the values do not leave.</summary>
    public void EndWide()
    {
        Wide = true;
        EndNarrow();
    }

    /// <summary>Sets one or both sides of the clamp; with both sides the layer is complete.</summary>
    public void Clamp(float? low, float? high, NodeView node)
    {
        if (Step == LayerStep.Complete || (low is not null && _low is not null) || (high is not null && _high is not null))
        {
            throw node.Error("the layer is clamped twice; each layer has one clamp, Min then Max.");
        }

        _low ??= low;
        _high ??= high;
        Stage++;
        if (_low is null || _high is null) return;
        bool wide = Operator != LayerOperator.None && !IsNarrowOnly && _low == -ClampLimits.Wide && _high == ClampLimits.Wide;
        if (!wide && (_low != -ClampLimits.Narrow || _high != ClampLimits.Narrow))
        {
            throw node.Error(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"the layer is clamped to {_low}..{_high}; the chip has -1..1, or -131072..131072 for a wide layer with an operator."));
        }

        Wide = wide;
        Step = LayerStep.Complete;
    }

    /// <summary>Whether all nodes of the layer were there.</summary>
    public bool IsComplete => Step == LayerStep.Complete || (IsOpen && IsNotNegative && _high == ClampLimits.Narrow && _low is null) || (Operator == LayerOperator.None && !IsClampBegun && (Elementwise is null || !PoolFirst));

    /// <summary>Checks that all nodes of the layer were there.</summary>
    public void CheckComplete()
    {
        if (!IsComplete) throw Node.Error("the layer has no clamp behind it; every layer of the chip ends with Min(1) and Max(-1), or Min(131072) and Max(-131072) if its output is wide.");
    }

    /// <summary>Whether one side of the clamp was there.</summary>
    public bool IsClampBegun => _low is not null || _high is not null;

    /// <summary>Whether the activation leaves no negative value, so that the lower side of the clamp does nothing.</summary>
    public bool IsNotNegative => Activation != ActivationKind.None;

    /// <summary>Whether only the upper side of the clamp was there.</summary>
    public bool IsClampedAbove => _low is null && _high is not null;
}

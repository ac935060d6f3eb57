// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Operations;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;
using Ai8x.Tensors.Kernels.Single;

namespace Ai8x.Autograd.Planning;

/// <summary>Inference of a tape one image at a time, which answers sooner than a block of sixteen where there are few images. The bits are those of the blocks.</summary>
internal sealed class SinglePlan
{
    private readonly Dictionary<Variable, ChannelMap> _maps = [];
    private readonly List<(ChannelWeightStep Step, Parameter Weights, Parameter? Bias)> _weights = [];
    private readonly ChannelMap _logits;
    private readonly float[] _lane;

    public SinglePlan(Tape tape, Variable logits, ComputeContext context)
    {
        Width = context.VectorWidth;
        Program = new ChannelProgram(context);
        List<Operation> operations = PlanFusion.Join(PlanFusion.Reachable(tape, logits), logits);
        bool channelByChannel = operations.Where(operation => operation.Inputs.Contains(tape.InputVariable)).All(operation => operation is ConvolutionOperation);
        _maps.Add(tape.InputVariable!, Program.Input(tape.InputVariable!.Shape, channelByChannel));
        for (int i = 0; i < operations.Count; i++)
        {
            if (operations[i] is ConvolutionOperation convolution && PlanFusion.ChainAfter(convolution, operations, logits) is { } chain)
            {
                convolution.BindSingle(this, chain.Output!, chain.Activation);
                operations.Remove(chain);
            }
            else
            {
                operations[i].BindSingle(this);
            }
        }

        _logits = Map(logits);
        _lane = new float[logits.Shape.Channels * LaneLayout.Lanes];
    }

    public VectorWidth Width { get; }

    public ChannelProgram Program { get; }

    /// <summary>Activity penalty of the image.</summary>
    public double Penalty { get; set; }

    /// <summary>The map of a variable, reserved when it is first asked for.</summary>
    public ChannelMap Map(Variable variable)
    {
        if (!_maps.TryGetValue(variable, out ChannelMap map)) _maps.Add(variable, map = Program.Map(variable.Shape.Pixels, variable.Shape.Channels));
        return map;
    }

    /// <summary>Makes a variable another name for a map.</summary>
    public void Alias(Variable output, Variable input) => _maps.Add(output, Map(input));

    /// <summary>Adds a convolution whose weights are watched for changes.</summary>
    public void Convolve(Variable x, Variable y, TapTiling tiling, Parameter weights, Parameter? bias, in Activation activation) =>
        _weights.Add((Program.Add(new ChannelConvolution(Width, Map(x), Map(y), tiling, bias is not null, activation)), weights, bias));

    /// <summary>Adds a convolution as <see cref="MinimalFilter"/> finds it.</summary>
    public void Filter(Variable x, Variable y, in ConvolutionShape shape, Parameter weights, Parameter? bias, in Activation activation) =>
        _weights.Add((ChannelFilter.Add(Program, Width, shape, Map(x), Map(y), bias is not null, activation), weights, bias));

    /// <summary>Adds an element-wise operation of two maps.</summary>
    public void Combine(Variable a, Variable b, Variable y, Action<LaneMemory, ChannelMap, ChannelMap, ChannelMap> action)
    {
        (ChannelMap first, ChannelMap second, ChannelMap result) = (Map(a), Map(b), Map(y));
        Program.Add(new ChannelAction(memory => action(memory, first, second, result)));
    }

    /// <summary>Takes over parameters that have changed; once for each batch.</summary>
    public void Prepare()
    {
        foreach ((ChannelWeightStep step, Parameter weights, Parameter? bias) in _weights) step.Update(weights.Value, bias is null ? [] : bias.Value);
    }

    /// <summary>Runs one image.</summary>
    /// <param name="sample">The image.</param>
    /// <param name="divisor">Divisor of its bytes.</param>
    /// <returns>The logits, in lane 0.</returns>
    public ReadOnlySpan<float> Run(ReadOnlySpan<sbyte> sample, float divisor)
    {
        Penalty = 0;
        Program.Run(sample, divisor);
        ReadOnlySpan<float> logits = Program.Values(_logits);
        for (int i = 0; i < _logits.Channels; i++) _lane[i * LaneLayout.Lanes] = logits[i];
        return _lane;
    }
}

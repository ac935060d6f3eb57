// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Autograd;
using Ai8x.Device.Limits;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// The generic fully connected fused layer: <c>[1, 1, N]</c> to <c>[1, 1, units]</c>. Forward (numerics.md section 12.1): weights times
/// input plus bias; activation; times 2^outputShift; clamp to ±1 or, wide, to ±131,072. Its weights are <c>[units, N]</c>; after a
/// <see cref="Flatten"/> feature <c>(c * H + y) * W + x</c> is channel <c>c</c> at row <c>y</c>, column <c>x</c>.
/// </summary>
public class Dense : Layer
{
    private readonly OutputStage _outputStage;
    private readonly Initializer _kernelInitializer;

    /// <summary>Makes the layer and checks it against the device.</summary>
    /// <param name="units">Outputs, 1..1024.</param>
    /// <param name="activation">Activation; none if <paramref name="wide"/>.</param>
    /// <param name="useBias">Whether a bias is added.</param>
    /// <param name="outputShift">The output is multiplied by two to this power, -15..15.</param>
    /// <param name="wide">Whether the output is 32 bits wide on the device.</param>
    /// <param name="kernelInitializer">First weights; null for <see cref="GlorotUniform"/>.</param>
    /// <param name="kernelRegularizer">Penalty on the weights, or null.</param>
    /// <param name="activityRegularizer">Penalty on the output before scale and clamp, or null.</param>
    /// <param name="name">Name, or null for a default one.</param>
    /// <exception cref="LimitException">An argument breaks a limit of the device; all broken limits are listed.</exception>
    public Dense(
        int units,
        Activation activation = Activation.None,
        bool useBias = true,
        int outputShift = 0,
        bool wide = false,
        Initializer? kernelInitializer = null,
        L2? kernelRegularizer = null,
        L2? activityRegularizer = null,
        string? name = null)
        : base(name)
    {
        Units = units;
        UseBias = useBias;
        KernelRegularizer = kernelRegularizer;
        _outputStage = new OutputStage(activation, outputShift, wide, activityRegularizer);
        _kernelInitializer = kernelInitializer ?? GlorotUniform.Instance;

        var check = new LimitCheck(Where);
        check.Require(
            units is >= 1 and <= DeviceLimits.MaximumChannels,
            DeviceLimits.Channels, $"units is {units}", "Choose units from 1 to 1,024.");
        _outputStage.Check(check);
        check.ThrowIfAny();
    }

    /// <summary>Outputs, 1..1024.</summary>
    public int Units { get; }

    /// <summary>Activation.</summary>
    public Activation Activation => _outputStage.Activation;

    /// <summary>Whether a bias is added.</summary>
    public bool UseBias { get; }

    /// <summary>The output is multiplied by two to this power.</summary>
    public int OutputShift => _outputStage.OutputShift;

    /// <summary>Whether the output is 32 bits wide on the device.</summary>
    public bool Wide => _outputStage.Wide;

    /// <summary>Penalty on the weights, or null.</summary>
    public L2? KernelRegularizer { get; }

    /// <summary>Penalty on the output before scale and clamp, or null.</summary>
    public L2? ActivityRegularizer => _outputStage.ActivityRegularizer;

    /// <inheritdoc/>
    public override string DefaultName => "dense";

    /// <inheritdoc/>
    public override string Settings => string.Create(
        CultureInfo.InvariantCulture, $"dense units={Units} bias={UseBias} {_outputStage.Settings} initializer={_kernelInitializer.Settings}{L2.Settings(KernelRegularizer, ActivityRegularizer)}");

    internal override SampleShape Infer(SampleShape input, string where)
    {
        if (input.Pixels != 1)
        {
            throw new ModelDefinitionException(
                where, "A dense layer reads a vector [1, 1, N].", $"the input is {input}", "Put a Flatten layer in front of it.");
        }

        return new SampleShape(1, 1, Units);
    }

    internal override ImmutableArray<WeightSpecification> Weights(SampleShape input)
    {
        var kernel = new WeightSpecification(
            WeightSpecification.Kernel, [Units, input.Channels], input.Channels, Units, _kernelInitializer, KernelRegularizer);
        return UseBias ? [kernel, new(WeightSpecification.Bias, [Units], input.Channels, Units, Zeros.Instance, Regularizer: null)] : [kernel];
    }

    internal override Variable Record(Tape tape, Variable input, ImmutableArray<Parameter> parameters, int layerIndex) =>
        _outputStage.Record(tape, tape.Dense(input, parameters[0], UseBias ? parameters[1] : null));
}

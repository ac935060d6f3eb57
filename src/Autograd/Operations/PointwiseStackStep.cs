// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd.Operations;

/// <summary>A <see cref="PointwiseStack"/> of a plan for inference, which reads the samples' bytes.</summary>
internal sealed class PointwiseStackStep : PlanStep
{
    private readonly IReadOnlyList<PlanFusion.ChainedConvolution> _convolutions;
    private readonly PointwiseStack _stack;
    private readonly int _sampleCount;
    private readonly Region _y;
    private readonly Region _patches;

    /// <summary>Binds the convolutions.</summary>
    /// <param name="builder">The plan.</param>
    /// <param name="input">Shape of a sample.</param>
    /// <param name="convolutions">The convolutions in their order.</param>
    public PointwiseStackStep(PlanBuilder builder, SampleShape input, IReadOnlyList<PlanFusion.ChainedConvolution> convolutions)
    {
        _convolutions = convolutions;
        _stack = new PointwiseStack(builder.Width, input, [.. convolutions.Select(convolution => (convolution.Operation.Shape, convolution.Activation))]);
        _sampleCount = input.Count;
        _y = builder.Value(convolutions[^1].Result);
        _patches = builder.Temporary((long)builder.Workers * _stack.PatchCount);
    }

    public override void Prepare(bool backward)
    {
        if (backward) return;
        for (int i = 0; i < _convolutions.Count; i++)
        {
            ConvolutionOperation operation = _convolutions[i].Operation;
            _stack.SetParameters(i, operation.Weights.Value, operation.Bias is null ? [] : operation.Bias.Value);
        }
    }

    public override void Forward(Workspace workspace) => workspace.RunBlocks(this, StepPart.Forward, _stack.Blocks, _stack.MultiplyAdds, ShareCost.Nothing);

    public override void RunBlocks(Workspace workspace, StepPart part, int from, int to, int worker)
    {
        ReadOnlySpan<sbyte> samples = workspace.Run.Batch.Samples.AsSpan(workspace.FirstSample * _sampleCount);
        Span<float> patches = workspace.Floats(_patches).Slice(worker * _stack.PatchCount, _stack.PatchCount);
        _stack.Run(samples, workspace.Lanes, workspace.Run.InputDivisor, from, to, patches, workspace.Floats(_y));
    }
}

// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors.Kernels;
using Ai8x.Tensors.Kernels.Single;

namespace Ai8x.Autograd.Operations;

/// <summary>Convolution of one or two dimensions or dense layer, with optional bias and the element-wise chain that follows it.</summary>
internal sealed class ConvolutionOperation(Variable x, Variable output, Parameter weights, Parameter? bias, ConvolutionShape shape) : Operation([x], output)
{
    public override bool HasParameters => true;

    public Parameter Weights => weights;

    public Parameter? Bias => bias;

    public ConvolutionShape Shape => shape;

    public override PlanStep Bind(PlanBuilder builder) => new ConvolutionStep(builder, this, Output!, Activation.Identity);

    public override void BindSingle(SinglePlan plan) => BindSingle(plan, Output!, Activation.Identity);

    /// <summary>Adds the operation together with the chain that is its only reader.</summary>
    public void BindSingle(SinglePlan plan, Variable result, in Activation activation)
    {
        if (MinimalFilter.Takes(shape)) plan.Filter(Inputs[0], result, shape, weights, bias, activation);
        else plan.Convolve(Inputs[0], result, TapGeometry.Tiling(shape, plan.Map(Inputs[0]).Stride, plan.Map(result).Stride), weights, bias, activation);
    }

    /// <summary>Binds the operation together with the chain that is its only reader.</summary>
    /// <param name="builder">The plan.</param>
    /// <param name="chain">The chain.</param>
    /// <param name="masked">Whether the step finds the gradient in front of the chain; otherwise the chain's readers give it.</param>
    public PlanStep Bind(PlanBuilder builder, ElementwiseOperation chain, bool masked) => new ConvolutionStep(builder, this, chain.Output!, chain.Activation, masked: masked);

    /// <summary>Binds the operation together with the chain that is its only reader, the dropout behind the chain, or null, and the maximum pooling behind both.</summary>
    public PlanStep Bind(PlanBuilder builder, ElementwiseOperation chain, DropoutOperation? dropout, MaximumPoolOperation pool) => new PooledConvolutionStep(builder, this, chain, dropout, pool);
}

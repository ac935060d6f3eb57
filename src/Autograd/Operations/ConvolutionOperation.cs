// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors.Kernels;
using Ai8x.Tensors.Kernels.Single;

namespace Ai8x.Autograd.Operations;

/// <summary>Convolution of one or two dimensions or dense layer, with optional bias and the element-wise chain that follows it.</summary>
internal sealed class ConvolutionOperation(Variable x, Variable output, Parameter weights, Parameter? bias, ConvolutionShape shape) : Operation([x], output)
{
    public override bool HasParameters => true;

    public override PlanStep Bind(PlanBuilder builder) => new Step(builder, this, Output!, Activation.Identity);

    public override void BindSingle(SinglePlan plan) => BindSingle(plan, Output!, Activation.Identity);

    /// <summary>Adds the operation together with the chain that is its only reader.</summary>
    public void BindSingle(SinglePlan plan, Variable result, in Activation activation) =>
        plan.Convolve(Inputs[0], result, ChannelGeometry.Tiling(shape, plan.Map(Inputs[0]), plan.Map(result)), weights, bias, activation);

    /// <summary>Binds the operation together with the chain that is its only reader.</summary>
    public PlanStep Bind(PlanBuilder builder, ElementwiseOperation chain) => new Step(builder, this, chain.Output!, chain.Activation);

    private Parameter Weights => weights;

    private Parameter? Bias => bias;

    private ConvolutionShape Shape => shape;

    private sealed class Step : PlanStep
    {
        private readonly ConvolutionOperation _operation;
        private readonly Variable _output;
        private readonly ConvolutionShape _shape;
        private readonly PlanBuilder _planner;
        private readonly Activation _activation;
        private readonly Slot _x;
        private readonly Slot _y;
        private readonly Slot _masks;
        private readonly float[] _packed;
        private float[] _turned = [];
        private Slot _dy;
        private GradientTarget _dx;
        private ParameterTarget _dw;
        private ParameterTarget _db;

        public Step(PlanBuilder builder, ConvolutionOperation operation, Variable output, Activation activation)
        {
            _operation = operation;
            _output = output;
            _shape = operation.Shape;
            _planner = builder;
            _activation = activation;
            _x = builder.Value(operation.Inputs[0]);
            _y = builder.Value(output);
            _masks = activation.IsIdentity ? default : builder.Masks(output.Shape.Count);
            _packed = new float[_shape.WeightCount];
        }

        public override void PlanBackward(PlanBuilder builder)
        {
            _dy = builder.Gradient(_output);
            _dx = builder.Claim(_operation.Inputs[0]);
            if (_dx.Needed) _turned = new float[_shape.WeightCount];
            _dw = builder.Claim(_operation.Weights, _shape.WeightCount);
            if (_operation.Bias is not null) _db = builder.Claim(_operation.Bias, _shape.OutputChannels);
        }

        public override void Prepare(bool backward)
        {
            ConvolutionKernel.Pack(_planner.Width, _shape, _operation.Weights.Value, _packed);
            if (backward && _dx.Needed) ConvolutionKernel.PackTurned(_planner.Width, _shape, _operation.Weights.Value, _turned);
        }

        public override void Forward(Workspace workspace)
        {
            ReadOnlySpan<float> bias = _operation.Bias is null ? [] : _operation.Bias.Value;
            ConvolutionKernel.Forward(
                _planner.Width, _shape, workspace.Floats(_x), _packed, bias, _activation, workspace.Lanes, workspace.Floats(_y), _planner.Training ? workspace.Masks(_masks) : []);
        }

        public override void Backward(Workspace workspace)
        {
            Span<float> dy = workspace.Floats(_dy);
            if (!_activation.IsIdentity) ActivationKernel.Backward(_planner.Width, _activation.Scale, dy, workspace.Masks(_masks), _output.Shape.Count, workspace.Lanes, dy);
            WeightGradientKernel.Run(_planner.Width, _shape, workspace.Floats(_x), dy, workspace.Lanes, Share(workspace, _dw));
            Commit(workspace, _dw);
            if (_operation.Bias is not null)
            {
                WeightGradientKernel.Bias(_planner.Width, _shape.OutputChannels, _shape.OutputPixels, dy, workspace.Lanes, Share(workspace, _db));
                Commit(workspace, _db);
            }
            if (!_dx.Needed) return;
            ConvolutionKernel.Forward(_planner.Width, _shape.InputGradient, dy, _turned, [], workspace.Lanes, Share(workspace, _dx));
            Commit(workspace, _dx);
        }
    }
}

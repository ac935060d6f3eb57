// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors.Kernels;
using Ai8x.Tensors.Kernels.Single;

namespace Ai8x.Autograd.Operations;

/// <summary>Transposed 3x3 convolution of stride 2 with optional bias.</summary>
internal sealed class TransposedConvolutionOperation(Variable x, Variable output, Parameter weights, Parameter? bias, TransposedShape shape) : Operation([x], output)
{
    public override bool HasParameters => true;

    public override PlanStep Bind(PlanBuilder builder) => new Step(builder, Inputs[0], Output!, weights, bias, shape);

    public override void BindSingle(SinglePlan plan) =>
        plan.Convolve(x, Output!, TapGeometry.Tiling(shape, plan.Map(x).Stride, plan.Map(Output!).Stride), weights, bias, Activation.Identity);

    private sealed class Step(PlanBuilder planner, Variable x, Variable output, Parameter weights, Parameter? bias, TransposedShape shape) : PlanStep
    {
        private readonly Region _x = planner.Value(x);
        private readonly Region _y = planner.Value(output);
        private readonly TapConvolution _forward = TransposedKernel.Forward(planner.Width, shape);
        private readonly float[] _packed = new float[shape.WeightCount];

        // Biases as they were when the weights were packed.
        private readonly float[] _offsets = new float[bias is null ? 0 : shape.OutputChannels];
        private TapConvolution? _inputGradient;
        private float[] _turned = [];
        private Region _dy = null!;
        private GradientTarget _dx;
        private ParameterTarget _dw;
        private ParameterTarget _db;

        public override void PlanBackward(PlanBuilder builder)
        {
            builder.Use(_x);
            _dy = builder.Gradient(output);
            _dx = builder.Claim(x);
            _dw = builder.Claim(weights, shape.WeightCount);
            if (bias is not null) _db = builder.Claim(bias, shape.OutputChannels);
            if (!_dx.Needed) return;
            _inputGradient = TransposedKernel.InputGradient(builder.Width, shape);
            _turned = new float[shape.WeightCount];
        }

        public override void Prepare(bool backward)
        {
            if (!backward)
            {
                ConvolutionKernel.Pack(planner.Width, TransposedKernel.Kernels(shape), weights.Value, _packed);
                bias?.Value.CopyTo(_offsets);
            }
            else if (_inputGradient is not null) ConvolutionKernel.PackTurned(planner.Width, TransposedKernel.Kernels(shape), weights.Value, _turned);
        }

        public override void Forward(Workspace workspace) =>
            _forward.Run(workspace.Floats(_x), _packed, _offsets, workspace.Lanes, workspace.Floats(_y));

        public override void Backward(Workspace workspace)
        {
            Span<float> dy = workspace.Floats(_dy);
            TransposedKernel.WeightGradient(planner.Width, shape, workspace.Floats(_x), dy, workspace.Lanes, Share(workspace, _dw));
            Commit(workspace, _dw);
            if (bias is not null)
            {
                WeightGradientKernel.Bias(planner.Width, shape.OutputChannels, shape.OutputPixels, dy, workspace.Lanes, Share(workspace, _db));
                Commit(workspace, _db);
            }
            if (_inputGradient is null) return;
            _inputGradient.Run(dy, _turned, [], workspace.Lanes, Share(workspace, _dx));
            Commit(workspace, _dx);
        }
    }
}

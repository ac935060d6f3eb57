// SPDX-License-Identifier: MIT
using Ai8x.Autograd.Planning;
using Ai8x.Tensors.Kernels.Single;

namespace Ai8x.Autograd.Operations;

/// <summary>Maps joined by channel; in memory, where channels are outermost, they follow each other.</summary>
internal sealed class ConcatenateOperation(Variable[] parts, Variable output) : Operation(parts, output)
{
    public override PlanStep Bind(PlanBuilder builder) => new Step(builder, Inputs, Output!);

    public override void BindSingle(SinglePlan plan)
    {
        ChannelMap y = plan.Map(Output!);
        int channels = 0;
        foreach (Variable part in Inputs)
        {
            int first = channels;
            plan.Program.AddMove(plan.Map(part), (channel, pixel) => y.At(first + channel, pixel));
            channels += part.Shape.Channels;
        }
    }

    private sealed class Step(PlanBuilder planner, IReadOnlyList<Variable> parts, Variable output) : PlanStep
    {
        private readonly Region[] _parts = [.. parts.Select(planner.Value)];
        private readonly Region _y = planner.Value(output);
        private readonly GradientTarget[] _targets = new GradientTarget[parts.Count];
        private Region _dy = null!;

        public override void PlanBackward(PlanBuilder builder)
        {
            _dy = builder.Gradient(output);
            for (int i = 0; i < parts.Count; i++) _targets[i] = builder.Claim(parts[i]);
        }

        public override void Forward(Workspace workspace)
        {
            Span<float> y = workspace.Floats(_y);
            foreach (Region part in _parts)
            {
                workspace.Floats(part).CopyTo(y);
                y = y[part.Length..];
            }
        }

        public override void Backward(Workspace workspace)
        {
            Span<float> dy = workspace.Floats(_dy);
            for (int i = 0; i < _parts.Length; i++)
            {
                Pass(workspace, dy[.._parts[i].Length], _targets[i]);
                dy = dy[_parts[i].Length..];
            }
        }
    }
}

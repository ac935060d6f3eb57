// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Layers.Tests;

/// <summary>Penalties on weights and on what a layer computes before its scale and clamp (training-flow.md section 3.7).</summary>
public class RegularizerTests
{
    [Fact]
    public void Penalties_OfALayer_AreThoseOfItsWeightsAndOfItsRectifiedSum()
    {
        const float KernelRate = 0.01f, ActivityRate = 0.5f;
        var model = new Sequential(
            "m",
            new SampleShape(1, 1, 2),
            new FusedDenseReLU(3, outputShift: -2, kernelRegularizer: new L2(KernelRate), activityRegularizer: new L2(ActivityRate)),
            new FusedDense(2, wide: true)).Build(3);
        float[] weights = [2, -1, 0.5f, 3, -4, 1];
        weights.CopyTo(model.Parameters[0].Value);
        model.Parameters[1].Value[2] = 0.25f;
        var batch = new Batch { Count = 2, Samples = [64, 32, -128, 127], Labels = [0, 1], SampleIndices = [0, 1] };
        using var context = new ComputeContext(1);
        using var plan = new ExecutionPlan(model.Tape, model.Output, 2, context, training: false);
        BatchResult result = plan.Forward(batch, 128, new float[4]);

        double squares = weights.Sum(value => (double)value * value), activity = 0;
        for (int sample = 0; sample < 2; sample++)
        {
            for (int o = 0; o < 3; o++)
            {
                double sum = model.Parameters[1].Value[o];
                for (int i = 0; i < 2; i++) sum += weights[o * 2 + i] * batch.Samples[sample * 2 + i] / 128.0;
                if (sum > 0) activity += sum * sum;
            }
        }

        Assert.Equal(KernelRate * squares + ActivityRate * activity / 2, result.PenaltySum / 2, 1e-6);
    }

    [Fact]
    public void Penalties_StandInTheSettings_AndLayersWithoutAreDescribedAsBefore()
    {
        Assert.EndsWith("initializer=glorot_uniform", new FusedConv2D(4, 3).Settings, StringComparison.Ordinal);
        Assert.EndsWith(" kernel_l2=0.0001", new FusedConv1D(4, 3, kernelRegularizer: new L2(1e-4f)).Settings, StringComparison.Ordinal);
        Assert.EndsWith(" activity_l2=0.5", new Dense(4, activityRegularizer: new L2(0.5f)).Settings, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Rate_OutOfRange_IsRefused(float rate) => Assert.Throws<ModelDefinitionException>(() => new L2(rate));
}

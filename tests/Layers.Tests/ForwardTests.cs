// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Layers.Tests;

/// <summary>The forward pass of whole models against plain loops in double.</summary>
public class ForwardTests
{
    private static readonly SampleShape InputMap = new(9, 8, 2);

    public static TheoryData<string, Layer[]> Models => new()
    {
        { "convolution, ReLU, shift down", [new FusedConv2DReLU(5, 3, paddingSize: 1, outputShift: -1), new MaxPool2D(), new Flatten(), new FusedDense(3, wide: true)] },
        { "clamp bites after the shift", [new FusedConv2D(4, 3, paddingSize: 2, outputShift: 3), new Flatten(), new FusedDense(3, wide: true, outputShift: 4)] },
        { "maximum pool, activation passed", [new FusedMaxPoolConv2D(4, 1, poolSize: (3, 2), poolStrides: 1, activation: Activation.ReLU), new Flatten(), new FusedDense(3)] },
        { "average pool and clamp", [new FusedConv2D(4, 1, wide: true, outputShift: 3), new FusedAvgPoolConv2DReLU(3, 3, paddingSize: 1), new AvgPool2D(2, 1), new Flatten(), new FusedDenseReLU(6), new Dense(3, wide: true)] },
        { "reshape and dropout do nothing to values", [new FusedConv2D(2, 1), new Reshape(6, 12, 2), new Dropout(0.5f), new FusedMaxPoolConv2DReLU(3, 3, useBias: false), new Flatten(), new Dropout(0.2f), new Dense(3, useBias: false)] },
    };

    [Theory]
    [MemberData(nameof(Models), DisableDiscoveryEnumeration = true)]
    public void Forward_OfFusedLayers_MatchesPlainLoops(string what, Layer[] layers)
    {
        Assert.NotEmpty(what);
        Model model = new Sequential("m", InputMap, layers).Build(5);
        var random = new Random(11);
        foreach (Parameter parameter in model.Parameters)
        {
            foreach (ref float value in parameter.Value) value = random.NextSingle() - 0.5f;
        }

        const int Count = 19;
        var batch = new Batch { Count = Count, Samples = new sbyte[Count * InputMap.Count], Labels = new int[Count], SampleIndices = new int[Count] };
        for (int i = 0; i < batch.Samples.Length; i++) batch.Samples[i] = (sbyte)random.Next(-128, 128);
        float[] logits = new float[Count * 3];
        using var context = new ComputeContext(1);
        using var plan = new ExecutionPlan(model.Tape, model.Output, Count, context, training: false);
        plan.Forward(batch, 128, logits);

        for (int sample = 0; sample < Count; sample++)
        {
            double[] expected = PlainLoops.Run(model, batch.Samples.AsSpan(sample * InputMap.Count, InputMap.Count), 128);
            for (int i = 0; i < 3; i++) Assert.Equal(expected[i], logits[sample * 3 + i], 2e-5 * Math.Max(1, Math.Abs(expected[i])));
        }
    }
}

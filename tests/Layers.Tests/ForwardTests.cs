// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Networks;
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
        // Sixteen channels and more, over four by four pixels and more.
        { "minimal filtering", [new FusedConv2D(16, 1), new FusedConv2DReLU(20, 3, paddingSize: 2, outputShift: -2), new FusedMaxPoolConv2DReLU(17, 3, paddingSize: 1, outputShift: -2), new MaxPool2D(), new Flatten(), new FusedDense(3, wide: true)] },
    };

    [Theory]
    [MemberData(nameof(Models), DisableDiscoveryEnumeration = true)]
    public void Forward_OfFusedLayers_MatchesPlainLoops(string what, Layer[] layers)
    {
        Assert.NotEmpty(what);
        Compare(new Sequential("m", InputMap, layers));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(5, 2)]
    [InlineData(9, 2)]
    public void Forward_OfOneDimensionalLayers_MatchesPlainLoops(int kernel, int padding) => Compare(new Sequential(
        "line",
        new SampleShape(37, 1, 3),
        new FusedConv1DReLU(5, kernel, paddingSize: padding),
        new FusedMaxPoolConv1D(4, kernelSize: 3, paddingSize: 1, activation: Activation.ReLU, useBias: false),
        new FusedAvgPoolConv1D(4, kernelSize: 2, poolSize: 3, poolStrides: 1, outputShift: 1),
        new MaxPool1D(2, 1),
        new AvgPool1D(2, null),
        new Flatten(),
        new FusedDense(3, wide: true)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Forward_OfTransposedConvolutions_MatchesPlainLoops(int padding) => Compare(new Sequential(
        "transposed",
        new SampleShape(5, 4, 2),
        new FusedConv2DTransposeReLU(5, paddingSize: padding),
        new FusedMaxPoolConv2DTranspose(3, paddingSize: 1, useBias: false),
        new FusedAvgPoolConv2DTransposeReLU(4, paddingSize: 1, outputShift: -1),
        new Flatten(),
        new FusedDense(3, wide: true)));

    [Theory]
    [InlineData(typeof(Add))]
    [InlineData(typeof(Sub))]
    [InlineData(typeof(Or))]
    [InlineData(typeof(Xor))]
    [InlineData(typeof(Concatenate))]
    public void Forward_OfJoinedBranches_MatchesPlainLoops(Type join)
    {
        SymbolicTensor input = SymbolicTensor.Input(new SampleShape(6, 5, 2));
        SymbolicTensor a = new FusedConv2DReLU(3, 3, paddingSize: 1, outputShift: 1).Apply(input);
        SymbolicTensor b = new FusedConv2D(3, 1, outputShift: 2).Apply(input);
        SymbolicTensor c = new FusedConv2D(3, 3, paddingSize: 1).Apply(a);
        SymbolicTensor x = ((JoinLayer)Activator.CreateInstance(join, [null])!).Apply(a, b, c);
        x = new FusedMaxPoolConv2D(2, 1).Apply(x);
        x = new FusedDense(3, wide: true).Apply(new Flatten().Apply(x));
        Compare(new Functional("joined", input, x));
    }

    [Fact]
    public void Forward_OfPermutedAxes_MatchesPlainLoops()
    {
        foreach ((int, int, int) order in new[] { (1, 2, 3), (1, 3, 2), (2, 1, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1) })
        {
            Compare(new Sequential("permuted", new SampleShape(4, 3, 2), new FusedConv2D(5, 1), new Permute(order), new Empty(), new Flatten(), new FusedDense(3, wide: true), new Softmax()), sameOrder: false);
        }
    }

    [Fact]
    public void Forward_OfASeparateRectifier_MatchesPlainLoops() => Compare(new Sequential(
        "relu", new SampleShape(4, 3, 2), new FusedConv2D(5, 1, outputShift: 2), new Empty(), new ReLU(), new ReLU(), new Flatten(), new FusedDense(3, wide: true)));

    /// <summary>The training engine against plain loops, and inference of the graph against the training engine, bit by bit where both add in the same order.</summary>
    private static void Compare(ModelArchitecture architecture, bool sameOrder = true)
    {
        SampleShape input = architecture.InputShape;
        Model model = architecture.Build(5);
        var random = new Random(11);
        foreach (Parameter parameter in model.Parameters)
        {
            foreach (ref float value in parameter.Value) value = random.NextSingle() - 0.5f;
        }

        const int Count = 19;
        var batch = new Batch { Count = Count, Samples = new sbyte[Count * input.Count], Labels = new int[Count], SampleIndices = new int[Count] };
        for (int i = 0; i < batch.Samples.Length; i++) batch.Samples[i] = (sbyte)random.Next(-128, 128);
        float[] logits = new float[Count * 3], inferred = new float[Count * 3];
        using var context = new ComputeContext(1);
        using var plan = new ExecutionPlan(model.Tape, model.Output, Count, context, training: false);
        plan.Forward(batch, 128, logits);

        for (int sample = 0; sample < Count; sample++)
        {
            double[] expected = PlainLoops.Run(model, batch.Samples.AsSpan(sample * input.Count, input.Count), 128);
            for (int i = 0; i < 3; i++) Assert.Equal(expected[i], logits[sample * 3 + i], 2e-5 * Math.Max(1, Math.Abs(expected[i])));
        }

        using var runner = new GraphRunner(model.ToGraph(), context, Count);
        runner.Run(batch.Samples, Count, 128, inferred);
        for (int i = 0; i < logits.Length; i++) Assert.Equal(logits[i], inferred[i], 1e-5);
        if (sameOrder) Assert.Equal(logits.Select(BitConverter.SingleToInt32Bits), inferred.Select(BitConverter.SingleToInt32Bits));
    }
}

// SPDX-License-Identifier: MIT
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Planning.Suggestions;

/// <summary>The least that a layer takes of the memories, wherever it is placed (machine.md sections 4, 7.3, 9 and 10).</summary>
/// <param name="Layer">The layer.</param>
/// <param name="WeightBits">Weight bits.</param>
internal readonly record struct LayerNeeds(GraphLayer Layer, int WeightBits)
{
    private const int ChwChannels = MemoryMap.Processors / MemoryMap.ProcessorsPerInstance;
    private const int KernelWordBits = 72;
    private const int StretchedTaps = 9;
    private const int BiasUnits = 128;

    public bool HasKernels => Layer.Operator != LayerOperator.None;

    public ChannelPasses Inputs => ChannelPasses.Of(Layer.Input.Channels);

    public ChannelPasses Outputs => ChannelPasses.Of(Layer.Output.Channels);

    /// <summary>Passes times pixels of a map that a dense layer flattens.</summary>
    public long FlattenSteps => Layer.Flatten ? (long)Inputs.Count * Pooled.Pixels : 0;

    /// <summary>Words of kernels on each processor of the layer.</summary>
    public long KernelWords
    {
        get
        {
            if (!HasKernels) return 0;
            long slots = Layer.Flatten ? Layer.Output.Channels : (long)Outputs.Count * Outputs.PerPass;
            long count = slots * Inputs.Count * (Layer.Flatten ? Pooled.Pixels : 1);
            int packed = 8 / WeightBits;
            return (((count * Taps * WeightBits) + (count % packed * Taps * (packed - 1))) + KernelWordBits - 1) / KernelWordBits;
        }
    }

    /// <summary>Words of kernels on all processors together.</summary>
    public long KernelArea => KernelWords * Inputs.PerPass;

    /// <summary>Bytes of the input in each instance that holds it; four channels of a pixel share a word.</summary>
    public long InputBytes => 4L * Layer.Input.Pixels * Inputs.Count * (Layer.Elementwise is null ? 1 : Layer.Inputs.Length);

    /// <summary>Bytes of the input where four pixels of a channel share a word, or null where the layer cannot read it so.</summary>
    public long? ChwBytes => Layer.Input.Channels <= ChwChannels && Layer is { Elementwise: null, Flatten: false } ? 4L * ((Layer.Input.Pixels + 3) / 4) : null;

    /// <summary>Bytes of the output in each instance that holds it.</summary>
    public long OutputBytes => 4L * Layer.Output.Pixels * Outputs.Count * (Layer.Wide ? 4 : 1);

    /// <summary>Instances that hold the input with four channels in a word.</summary>
    public int InputInstances => Instances(Inputs.PerPass);

    /// <summary>Instances that hold the output.</summary>
    public int OutputInstances => Instances(Outputs.PerPass);

    /// <summary>Bytes of bias, those that round to zero everywhere left out.</summary>
    public int BiasBytes => Layer.Bias.Any(value => Rounded(value) != 0) ? Layer.Output.Channels : 0;

    /// <summary>Bytes of the biases of all layers; layers with the same bytes share them.</summary>
    /// <param name="layers">The layers.</param>
    public static long SharedBias(IEnumerable<LayerNeeds> layers) =>
        layers.Where(needs => needs.BiasBytes > 0).DistinctBy(needs => string.Join(' ', needs.Layer.Bias.Select(Rounded))).Sum(needs => (long)needs.BiasBytes);

    /// <summary>Multiplications for one sample.</summary>
    public double Multiplications => !HasKernels ? 0 : (double)Layer.Weights.Length * Layer.Output.Pixels;

    private FeatureShape Pooled => LayerShapes.Pooled(Layer.Input, Layer.Pooling);

    // A dilated kernel is stretched with zeros, or runs as 3x3 over a folded line.
    private int Taps => Layer.Dilation == 1 ? Layer.KernelRows * Layer.KernelColumns : Math.Min(StretchedTaps, ((Layer.KernelRows - 1) * Layer.Dilation) + 1);

    private static int Rounded(float value) => (int)Math.Clamp(MathF.Round(value * BiasUnits), sbyte.MinValue, sbyte.MaxValue);

    private static int Instances(int processors) => (processors + MemoryMap.ProcessorsPerInstance - 1) / MemoryMap.ProcessorsPerInstance;
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Ai8x.Networks;
using Ai8x.Quant.Fast;
using Ai8x.Tensors;

namespace Ai8x.Quant;

/// <summary>
/// The integers of <see cref="IntegerReference"/> for whole data sets: the same results, with vector instructions where the processor has
/// them and on several threads. Instances are immutable and may be used from several threads at once.
/// </summary>
/// <remarks>Networks with layers that the vector kernels do not know run through the plain loops, also on several threads.</remarks>
public sealed class IntegerEvaluator
{
    private const int SamplesPerItem = 16;
    private readonly ImmutableArray<FastLayer> _layers;
    private readonly int _inputStride;
    private readonly KernelWidth _width;
    private readonly bool _fast;

    /// <summary>Prepares a network.</summary>
    /// <param name="network">A quantized network.</param>
    public IntegerEvaluator(QuantizedNetwork network)
        : this(network, BestWidth())
    {
    }

    internal IntegerEvaluator(QuantizedNetwork network, KernelWidth width)
    {
        ArgumentNullException.ThrowIfNull(network);
        Network = network;
        _width = width;
        _inputStride = (network.Input.Channels + 1) / 2 * 2;
        _fast = network.Layers.All(layer => FastLayer.Supports(layer, network.Description.Layers[layer.Index]));
        if (!_fast)
        {
            _layers = [];
            return;
        }

        int stride = _inputStride;
        ImmutableArray<FastLayer>.Builder layers = ImmutableArray.CreateBuilder<FastLayer>(network.Layers.Length);
        foreach (QuantizedLayer layer in network.Layers)
        {
            layers.Add(new FastLayer(layer, stride));
            stride = layers[^1].OutputStride;
        }

        _layers = layers.MoveToImmutable();
    }

    /// <summary>The network.</summary>
    public QuantizedNetwork Network { get; }

    /// <summary>Number of output values per sample.</summary>
    public int OutputCount => Network.Layers[^1].Output.Count;

    /// <summary>Runs one sample through all layers.</summary>
    /// <param name="sample">Input values in the given order.</param>
    /// <param name="order">Order of the values.</param>
    /// <returns>For every layer its output, <c>[C, H, W]</c> row-major.</returns>
    /// <exception cref="ArgumentException">The sample has another number of values than the network's input.</exception>
    public ImmutableArray<int[]> Run(ReadOnlySpan<sbyte> sample, SampleOrder order)
    {
        SampleOrders.CheckLength(Network, sample.Length, nameof(sample));
        if (!_fast) return IntegerReference.Run(Network, order == SampleOrder.ChannelsFirst ? sample : SampleOrders.ToChannelsFirst(sample, Network.Input));
        var workspace = new Workspace(Network.Input.Pixels * _inputStride, _layers);
        RunLayers(workspace, sample, order);
        var outputs = new int[_layers.Length][];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = new int[_layers[i].Layer.Output.Count];
            CopyOutput(workspace, i, outputs[i]);
        }

        return [.. outputs];
    }

    /// <summary>Runs many samples and keeps the last layer's output.</summary>
    /// <param name="samples">The samples one after another.</param>
    /// <param name="order">Order of the values of each sample.</param>
    /// <param name="threads">Number of threads, at least 1. It does not change the result.</param>
    /// <param name="cancellation">Stops between samples.</param>
    /// <returns>The outputs one after another, each <c>[C, H, W]</c> row-major.</returns>
    /// <exception cref="ArgumentException">The length is not a multiple of the network's input.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public int[] Evaluate(ReadOnlyMemory<sbyte> samples, SampleOrder order, int threads, CancellationToken cancellation = default)
    {
        int values = Network.Input.Count;
        if (samples.Length % values != 0)
        {
            throw new ArgumentException($"{samples.Length} values are not a whole number of samples of {values}.", nameof(samples));
        }

        var results = new int[checked(samples.Length / values * OutputCount)];
        ForEachItem(samples.Length / values, threads, (workspace, first, end) =>
        {
            for (int i = first; i < end; i++)
            {
                RunSample(workspace, samples.Span.Slice(i * values, values), order, results.AsSpan(i * OutputCount, OutputCount));
            }
        }, cancellation);
        return results;
    }

    /// <summary>Runs all samples of a data set and keeps the last layer's output.</summary>
    /// <param name="source">The data set; its shape must be the network's input.</param>
    /// <param name="threads">Number of threads, at least 1. It does not change the result.</param>
    /// <param name="cancellation">Stops between samples.</param>
    /// <returns>The outputs one after another, each <c>[C, H, W]</c> row-major.</returns>
    /// <exception cref="ArgumentException">The samples have another shape than the network's input.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public int[] Evaluate(SampleSource source, int threads, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        FeatureShape input = Network.Input;
        if ((source.Shape.Height, source.Shape.Width, source.Shape.Channels) != (input.Rows, input.Columns, input.Channels))
        {
            throw new ArgumentException($"The samples of {source.Name} are {source.Shape}, the network reads {input}.", nameof(source));
        }

        var results = new int[checked(source.Count * OutputCount)];
        int values = input.Count;
        ForEachItem(source.Count, threads, (workspace, first, end) =>
        {
            int[] indices = [.. Enumerable.Range(first, end - first)];
            var samples = new sbyte[indices.Length * values];
            source.Fill(indices, samples);
            for (int i = first; i < end; i++)
            {
                RunSample(workspace, samples.AsSpan((i - first) * values, values), SampleOrder.ChannelsLast, results.AsSpan(i * OutputCount, OutputCount));
            }
        }, cancellation);
        return results;
    }

    internal static KernelWidth BestWidth() =>
        Avx512BW.IsSupported ? KernelWidth.Bits512
        : Avx2.IsSupported ? KernelWidth.Bits256
        : Lanes128.IsSupported ? KernelWidth.Bits128
        : KernelWidth.Scalar;

    private void ForEachItem(int samples, int threads, Action<Workspace, int, int> work, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        int items = (samples + SamplesPerItem - 1) / SamplesPerItem;
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        Parallel.For(
            0,
            items,
            options,
            () => new Workspace(Network.Input.Pixels * _inputStride, _layers),
            (item, _, workspace) =>
            {
                work(workspace, item * SamplesPerItem, Math.Min((item + 1) * SamplesPerItem, samples));
                return workspace;
            },
            _ => { });
    }

    private void RunSample(Workspace workspace, ReadOnlySpan<sbyte> sample, SampleOrder order, Span<int> output)
    {
        if (!_fast)
        {
            IntegerReference.Run(Network, order == SampleOrder.ChannelsFirst ? sample : SampleOrders.ToChannelsFirst(sample, Network.Input))[^1].CopyTo(output);
            return;
        }

        RunLayers(workspace, sample, order);
        CopyOutput(workspace, _layers.Length - 1, output);
    }

    private unsafe void RunLayers(Workspace workspace, ReadOnlySpan<sbyte> sample, SampleOrder order)
    {
        CopyInput(workspace.Input, sample, order);
        short[] data = workspace.Input;
        for (int i = 0; i < _layers.Length; i++)
        {
            FastPooling.Run(_layers[i], data, workspace.Maps[i], Network.RoundAveragePooling);
            fixed (short* map = workspace.Maps[i])
            fixed (short* narrow = workspace.Outputs[i])
            fixed (int* wide = workspace.WideOutputs[i])
            {
                Convolve(_layers[i], map, _layers[i].Reduction.Wide ? wide : narrow);
            }

            data = workspace.Outputs[i];
        }
    }

    private unsafe void Convolve(FastLayer layer, short* map, void* output)
    {
        switch (_width)
        {
            case KernelWidth.Bits512: ConvolutionKernel<Vector512<int>, Lanes512>.Run(layer, map, output); break;
            case KernelWidth.Bits256: ConvolutionKernel<Vector256<int>, Lanes256>.Run(layer, map, output); break;
            case KernelWidth.Bits128: ConvolutionKernel<Vector128<int>, Lanes128>.Run(layer, map, output); break;
            default: ConvolutionKernel<int, LanesScalar>.Run(layer, map, output); break;
        }
    }

    private void CopyInput(short[] input, ReadOnlySpan<sbyte> sample, SampleOrder order)
    {
        int channels = Network.Input.Channels, pixels = Network.Input.Pixels;
        (int perChannel, int perPixel) = order == SampleOrder.ChannelsFirst ? (pixels, 1) : (1, channels);
        for (int c = 0; c < channels; c++)
        {
            for (int i = 0; i < pixels; i++) input[i * _inputStride + c] = sample[c * perChannel + i * perPixel];
        }
    }

    private void CopyOutput(Workspace workspace, int index, Span<int> destination)
    {
        FastLayer layer = _layers[index];
        int pixels = layer.Layer.Output.Pixels;
        for (int c = 0; c < layer.Layer.Output.Channels; c++)
        {
            for (int i = 0; i < pixels; i++)
            {
                int position = i * layer.OutputStride + c;
                destination[c * pixels + i] = layer.Reduction.Wide ? workspace.WideOutputs[index][position] : workspace.Outputs[index][position];
            }
        }
    }
}

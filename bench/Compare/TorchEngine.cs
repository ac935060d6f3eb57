// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Bench.Measuring;
using Ai8x.Bench.Models;
using Ai8x.Optim;
using Ai8x.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using Tensor = TorchSharp.torch.Tensor;

namespace Ai8x.Compare;

/// <summary>
/// TorchSharp as fast as we know to write it: channels-last memory, the whole set as bytes in one tensor from which batches are gathered,
/// and rectifier and clamp as the one clamp to [0, 1] that they are together.
/// </summary>
internal sealed class TorchEngine : IMeasuredEngine
{
    private const double LearningRate = 0.001;
    private const float Divisor = 128;
    private readonly BenchmarkModel _model;
    private readonly SampleSource _source;
    private readonly bool _separate;
    private readonly Tensor _images;
    private readonly Tensor _labels;
    private readonly List<(Parameter Weights, Parameter? Bias)> _parameters = [];
    private optim.Optimizer? _adam;
    private Tensor? _order;
    private Tensor? _input;
    private Tensor? _logits;
    private int _batch;
    private int _next;
    private int _epoch;

    /// <summary>Opens the engine.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">Its samples.</param>
    /// <param name="threads">Threads for the operators.</param>
    /// <param name="separate">Whether rectifier and clamp are two operators, as a literal translation has them.</param>
    public TorchEngine(BenchmarkModel model, SampleSource source, int threads, bool separate)
    {
        (_model, _source, _separate) = (model, source, separate);
        set_num_threads(threads);
        set_num_interop_threads(1);
        int[] all = EpochOrder.InOrder(source.Count);
        var bytes = new sbyte[source.Count * source.Shape.Count];
        source.Fill(all, bytes);
        _images = tensor(bytes, [source.Count, source.Shape.Height, source.Shape.Width, source.Shape.Channels], int8);
        _labels = tensor([.. all.Select(i => (long)source.Label(i))], int64);
    }

    public string Name => "TorchSharp";

    public string Version { get; } = $"{typeof(torch).Assembly.GetName().Version?.ToString(3)}, libtorch {__version__}";

    public string Data => _source.Name;

    public void BeginTraining(int batch)
    {
        MakeParameters();
        _adam = optim.Adam(_parameters.SelectMany(layer => new[] { layer.Weights, layer.Bias }).OfType<Parameter>(), LearningRate, eps: Ai8x.Optim.Adam.Epsilon);
        _batch = batch;
        (_epoch, _next) = (-1, int.MaxValue - batch);
    }

    public double TrainingStep(bool wantLoss)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor x, Tensor y) = NextBatch();
        _adam!.zero_grad();
        Tensor loss = F.cross_entropy(Forward(x), y);
        loss.backward();
        _adam.step();
        return wantLoss ? loss.item<float>() : double.NaN;
    }

    public void BeginInference(int batch)
    {
        MakeParameters();
        _input = Floats(_images[TensorIndex.Slice(0, batch)]).detach();
    }

    public void Infer()
    {
        using IDisposable mode = inference_mode();
        using DisposeScope scope = NewDisposeScope();
        Tensor logits = Forward(_input!);
        _logits?.Dispose();
        _logits = logits.MoveToOuterDisposeScope();
    }

    public float[] FirstLogits() => [.. _logits!.cpu().data<float>().Take(_model.Classes)];

    public void Dispose()
    {
        _images.Dispose();
        _labels.Dispose();
        _adam?.Dispose();
    }

    private (Tensor Images, Tensor Labels) NextBatch()
    {
        if (_next + _batch > _source.Count)
        {
            _order?.Dispose();
            // The first epoch's order is ours, so that the losses can be compared.
            _order = (++_epoch == 0 ? tensor([.. EpochOrder.Shuffled(_source.Count, 1, 0).Select(i => (long)i)], int64) : randperm(_source.Count, int64)).DetachFromDisposeScope();
            _next = 0;
        }

        Tensor indices = _order![TensorIndex.Slice(_next, _next + _batch)];
        _next += _batch;
        return (Floats(_images.index_select(0, indices)), _labels.index_select(0, indices));
    }

    /// <summary>Bytes <c>[N, H, W, C]</c> as floats <c>[N, C, H, W]</c> in channels-last memory.</summary>
    private static Tensor Floats(Tensor bytes) => bytes.to_type(float32).div_(Divisor).permute(0, 3, 1, 2);

    private void MakeParameters()
    {
        _parameters.Clear();
        for (int i = 0; i < _model.Weighted.Length; i++)
        {
            PlacedLayer layer = _model.Weighted[i];
            Tensor weights = tensor(ModelWeights.Of(_model, i), [.. layer.WeightShape.Select(extent => (long)extent)]);
            // One-dimensional kernels run as [O, I, K, 1]: the channels-last path of two dimensions is the faster one.
            if (layer.WeightShape.Length == 3) weights = weights.unsqueeze(3);
            if (weights.dim() == 4) weights = weights.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
            _parameters.Add((nn.Parameter(weights.detach().alias(), true), layer.Bias ? nn.Parameter(zeros(layer.Output.Channels)) : null));
        }
    }

    private Tensor Forward(Tensor x)
    {
        int index = 0;
        foreach (BenchmarkLayer layer in _model.Layers)
        {
            x = layer switch
            {
                DropoutLayer => x,
                ReshapeLayer reshape => x.permute(0, 2, 3, 1).reshape(x.shape[0], reshape.Target.Height, reshape.Target.Width, reshape.Target.Channels).permute(0, 3, 1, 2),
                _ => Weighted(x, index++),
            };
        }

        return x.dim() == 2 ? x : x.reshape(x.shape[0], -1);
    }

    private Tensor Weighted(Tensor x, int index)
    {
        PlacedLayer layer = _model.Weighted[index];
        (Parameter weights, Parameter? bias) = _parameters[index];
        if (layer.WeightShape.Length == 2) return F.linear(x.reshape(x.shape[0], -1), weights, bias);
        x = layer.Pooling switch
        {
            PoolingBefore.Maximum => F.max_pool2d(x, 2),
            PoolingBefore.Average => F.avg_pool2d(x, 2),
            _ => x,
        };
        long[] padding = layer.WeightShape.Length == 3 ? [layer.Padding.Columns, 0] : [layer.Padding.Rows, layer.Padding.Columns];
        x = F.conv2d(x, weights, bias, padding: padding);
        if (!layer.Activated) return x;
        return _separate ? F.relu(x).clamp(-1, 1) : x.clamp(0, 1);
    }
}

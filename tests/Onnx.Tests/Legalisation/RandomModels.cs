// SPDX-License-Identifier: MIT
using Ai8x.Onnx.Schema;

namespace Ai8x.Onnx.Tests.Legalisation;

/// <summary>Models of random blocks in the forms of other exporters; every one has layers on the chip.</summary>
internal sealed class RandomModels
{
    private readonly Random _random;
    private readonly ModelSketch _model;
    private int _channels;
    private int _rows;
    private int _columns;

    private RandomModels(int seed)
    {
        _random = new Random(seed);
        (_channels, _rows, _columns) = (_random.Next(1, 5), _random.Next(6, 15), _random.Next(6, 15));
        _model = new ModelSketch(13, 1, _channels, _rows, _columns);
    }

    public static ModelSketch Make(int seed)
    {
        var maker = new RandomModels(seed);
        for (int blocks = maker._random.Next(1, 5); blocks > 0 && Math.Min(maker._rows, maker._columns) >= 4; blocks--)
        {
            if (maker._random.Next(4) == 0) maker.Residual();
            else maker.Block();
        }

        maker.End();
        return maker._model;
    }

    private void Block()
    {
        bool before = _random.Next(4) == 0;
        if (before) Blocks.Normalise(_model, _random, _channels, positive: true);
        Convolution(padded: !before);
        Stages();
        switch (Math.Min(_rows, _columns) < 2 ? 2 : _random.Next(4))
        {
            case 0: Pool("MaxPool"); break;
            case 1: Pool("AveragePool"); break;
        }
    }

    private void Residual()
    {
        string trunk = _model.Current;
        Blocks.Conv(_model, _random, _channels, _channels, [3, 3], [1, 1, 1, 1], bias: Coin());
        if (Coin()) Blocks.Normalise(_model, _random, _channels);
        if (Coin()) Blocks.Relu(_model);
        Clamp();
        bool swapped = Coin();
        _model.Node(_random.Next(3) == 0 ? "Sub" : "Add", swapped ? [trunk, _model.Current] : [_model.Current, trunk]);
        if (Coin()) Blocks.Relu(_model);
        Clamp();
    }

    private void Convolution(bool padded)
    {
        (int rows, int columns, long[] pads) = _random.Next(padded ? 7 : 2) switch
        {
            0 => (3, 3, new long[] { 0, 0, 0, 0 }),
            1 => (1, 1, [0, 0, 0, 0]),
            2 => (3, 3, [1, 1, 1, 1]),
            3 => (1, 3, [0, 1, 0, 1]),
            4 => (3, 1, [1, 0, 1, 0]),
            5 => (2, 2, [0, 0, 1, 1]),
            _ => (3, 3, [2, 2, 2, 2]),
        };
        int stride = _random.Next(4) == 0 ? 2 : 1;
        int groups = _random.Next(4) == 0 ? _channels : 1;
        int outputs = groups * _random.Next(1, 7 / groups + 1);
        if (pads.Any(pad => pad > 0) && pads.Distinct().Count() == 1 && Coin())
        {
            _model.Then("Pad", [_model.Integers(0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3])]);
            Blocks.Conv(_model, _random, _channels, outputs, [rows, columns], null, stride, groups, Coin());
        }
        else Blocks.Conv(_model, _random, _channels, outputs, [rows, columns], pads, stride, groups, Coin());
        _channels = outputs;
        _rows = (int)((_rows + pads[0] + pads[2] - rows) / stride) + 1;
        _columns = (int)((_columns + pads[1] + pads[3] - columns) / stride) + 1;
    }

    /// <summary>What stands between an operator and its clamp, in an order that a layer of the chip can take.</summary>
    private void Stages()
    {
        switch (_random.Next(4))
        {
            case 0: Blocks.Normalise(_model, _random, _channels); break;
            case 1:
                _model.Then("Mul", [_model.Floats(Blocks.Random(_random, _channels, 2), _channels, 1, 1)]);
                _model.Then("Add", [_model.Floats(Blocks.Random(_random, _channels, 0.5), 1, _channels, 1, 1)]);
                break;
            case 2: _model.Then("Sub", [_model.Floats([0.25f])]); break;
        }

        if (_random.Next(4) == 0 && Math.Min(_rows, _columns) >= 2) Pool("MaxPool");
        switch (_random.Next(4))
        {
            case 0 or 1: Blocks.Relu(_model); break;
            case 2: _model.Then("Clip", [], [ModelSketch.Number("unused", 0)]); Replace(); break;
        }

        if (_random.Next(5) == 0) _model.Then("Mul", [_model.Floats([_random.Next(2) == 0 ? 0.5f : 0.7f])]);
        if (_random.Next(5) == 0) _model.Then("Dropout");
        Clamp();
    }

    /// <summary>A lower limit of zero with the upper one absent.</summary>
    private void Replace()
    {
        NodeProto clip = _model.Nodes[^1];
        clip.Attribute.Clear();
        clip.Input.Add(_model.Floats([0]));
    }

    private void Clamp()
    {
        switch (_random.Next(4))
        {
            case 0: Blocks.Clip(_model); break;
            case 1: Blocks.Clip(_model, 0); break;
            case 2:
                _model.Then("Min", [_model.Floats([1])]);
                _model.Then("Max", [_model.Floats([-1])]);
                break;
            default:
                _model.Then("Max", [_model.Floats([-1])]);
                _model.Then("Min", [_model.Floats([1])]);
                break;
        }

        if (_random.Next(6) == 0) _model.Then("Identity");
    }

    private void Pool(string kind)
    {
        int window = _random.Next(2, Math.Min(4, Math.Min(_rows, _columns) + 1)), stride = _random.Next(1, 3);
        Blocks.Pool(_model, kind, window, stride);
        (_rows, _columns) = ((_rows - window) / stride + 1, (_columns - window) / stride + 1);
    }

    private void End()
    {
        int features = _channels * _rows * _columns;
        if (Coin() && Math.Max(_rows, _columns) <= 16)
        {
            _model.Then(Coin() ? "GlobalAveragePool" : "GlobalMaxPool");
            features = _channels;
        }

        if (Coin()) _model.Then("Flatten");
        else Blocks.View(_model);
        if (Coin()) Blocks.Normalise(_model, _random, features);
        Blocks.Gemm(_model, _random, features, _random.Next(1, 6), Coin() ? 1 : 0.75f, Coin() ? 1 : 2);
    }

    private bool Coin() => _random.Next(2) == 0;
}

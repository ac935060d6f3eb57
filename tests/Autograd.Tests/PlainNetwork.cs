// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Autograd.Tests;

/// <summary>
/// The oracle: a network as plain loops in double precision over maps indexed [h, w, c], one sample at a time. It shares no code with the
/// engine. Each layer is recorded on a tape and kept as a function of its own, so both describe the same network.
/// </summary>
internal sealed class PlainNetwork
{
    private readonly List<Action<State>> _layers = [];
    private readonly Dictionary<Parameter, int> _firstReaders = [];
    private readonly Random _random = new(5);

    public Tape Tape { get; } = new();

    public Variable Top { get; private set; }

    public List<Parameter> Parameters { get; } = [];

    /// <summary>Values of the parameters in double; the tape's parameters are their roundings.</summary>
    public Dictionary<Parameter, double[]> Values { get; } = [];

    public SampleShape InputShape { get; }

    public PlainNetwork(SampleShape input)
    {
        InputShape = input;
        Top = Tape.Input(input);
    }

    public sealed class State
    {
        public required double[,,] Map { get; set; }

        public double Penalty { get; set; }

        public Dictionary<int, double[,,]> Saved { get; init; } = [];

        /// <summary>One that further layers may change; maps never change.</summary>
        public State Copy() => new() { Map = Map, Penalty = Penalty, Saved = new(Saved) };
    }

    public PlainNetwork Conv2d(int outputs, int kernel, int padding, bool bias)
    {
        int inputs = Top.Shape.Channels;
        Parameter weights = Add("w", inputs * kernel * kernel, outputs, inputs, kernel, kernel);
        Parameter? offset = bias ? Add("b", 4, outputs) : null;
        Top = Tape.Conv2d(Top, weights, offset, padding);
        _layers.Add(state => state.Map = Convolve(state.Map, Values[weights], offset is null ? null : Values[offset], outputs, kernel, kernel, padding, padding));
        return this;
    }

    public PlainNetwork Conv1d(int outputs, int kernel, int padding, bool bias)
    {
        int inputs = Top.Shape.Channels;
        Parameter weights = Add("w", inputs * kernel, outputs, inputs, kernel);
        Parameter? offset = bias ? Add("b", 4, outputs) : null;
        Top = Tape.Conv1d(Top, weights, offset, padding);
        _layers.Add(state => state.Map = Convolve(state.Map, Values[weights], offset is null ? null : Values[offset], outputs, kernel, 1, padding, 0));
        return this;
    }

    /// <summary>Each input pixel spreads over nine output pixels, as numerics.md section 7.3 defines it.</summary>
    public PlainNetwork ConvTranspose2d(int outputs, int padding, bool bias)
    {
        int inputs = Top.Shape.Channels;
        Parameter weights = Add("w", inputs * 2, outputs, inputs, 3, 3);
        Parameter? offset = bias ? Add("b", 4, outputs) : null;
        Top = Tape.ConvTranspose2d(Top, weights, offset, padding);
        _layers.Add(state => state.Map = Spread(state.Map, Values[weights], offset is null ? null : Values[offset], outputs, padding));
        return this;
    }

    public PlainNetwork Permute(int first, int second, int third)
    {
        Top = Tape.Permute(Top, first, second, third);
        _layers.Add(state =>
        {
            double[,,] x = state.Map;
            int[] order = [first, second, third];
            var y = new double[x.GetLength(first), x.GetLength(second), x.GetLength(third)];
            int[] at = new int[3];
            for (int i = 0; i < y.GetLength(0); i++)
                for (int j = 0; j < y.GetLength(1); j++)
                    for (int k = 0; k < y.GetLength(2); k++)
                    {
                        (at[order[0]], at[order[1]], at[order[2]]) = (i, j, k);
                        y[i, j, k] = x[at[0], at[1], at[2]];
                    }
            state.Map = y;
        });
        return this;
    }

    public PlainNetwork WeightPenalty(int parameter, float rate)
    {
        Parameter weights = Parameters[parameter];
        Tape.WeightPenalty(weights, rate);
        _layers.Add(state => state.Penalty += rate * Values[weights].Sum(value => value * value));
        return this;
    }

    public PlainNetwork Dense(int outputs, bool bias)
    {
        int inputs = Top.Shape.Channels;
        Parameter weights = Add("w", inputs, outputs, inputs);
        Parameter? offset = bias ? Add("b", 4, outputs) : null;
        Top = Tape.Dense(Top, weights, offset);
        _layers.Add(state => state.Map = Convolve(state.Map, Values[weights], offset is null ? null : Values[offset], outputs, 1, 1, 0, 0));
        return this;
    }

    public PlainNetwork MaxPool(int rows, int columns, int stride)
    {
        Top = Tape.MaxPool(Top, rows, columns, stride);
        _layers.Add(state => state.Map = Pool(state.Map, rows, columns, stride, values => values.Max()));
        return this;
    }

    public PlainNetwork AveragePool(int rows, int columns, int stride)
    {
        Top = Tape.AveragePool(Top, rows, columns, stride);
        _layers.Add(state => state.Map = Pool(state.Map, rows, columns, stride, values => values.Average()));
        return this;
    }

    public PlainNetwork Relu()
    {
        Top = Tape.Relu(Top);
        return Each(value => Math.Max(value, 0));
    }

    public PlainNetwork Clamp(float low, float high)
    {
        Top = Tape.Clamp(Top, low, high);
        return Each(value => Math.Clamp(value, low, high));
    }

    public PlainNetwork Scale(float factor)
    {
        Top = Tape.Scale(Top, factor);
        return Each(value => value * factor);
    }

    public PlainNetwork Reshape(SampleShape shape)
    {
        Top = Tape.Reshape(Top, shape);
        _layers.Add(state =>
        {
            double[] all = [.. state.Map.Cast<double>()];
            state.Map = new double[shape.Height, shape.Width, shape.Channels];
            Buffer.BlockCopy(all, 0, state.Map, 0, all.Length * sizeof(double));
        });
        return this;
    }

    public PlainNetwork Flatten()
    {
        Top = Tape.Flatten(Top);
        _layers.Add(state =>
        {
            double[,,] x = state.Map;
            var y = new double[1, 1, x.Length];
            int i = 0;
            for (int c = 0; c < x.GetLength(2); c++)
                for (int h = 0; h < x.GetLength(0); h++)
                    for (int w = 0; w < x.GetLength(1); w++) y[0, 0, i++] = x[h, w, c];
            state.Map = y;
        });
        return this;
    }

    public PlainNetwork Penalty(float rate)
    {
        Tape.ActivityPenalty(Top, rate);
        _layers.Add(state => state.Penalty += rate * state.Map.Cast<double>().Sum(value => value * value));
        return this;
    }

    /// <summary>Remembers the map for <see cref="AddSaved"/>.</summary>
    public Variable Save(int slot)
    {
        _layers.Add(state => state.Saved[slot] = state.Map);
        return Top;
    }

    public PlainNetwork AddSaved(int slot, Variable saved) => JoinSaved(slot, Tape.Add(Top, saved), (a, b) => a + b);

    /// <summary>What was saved minus the present map.</summary>
    public PlainNetwork SubtractFromSaved(int slot, Variable saved) => JoinSaved(slot, Tape.Subtract(saved, Top), (a, b) => b - a);

    /// <summary>The present map minus what was saved.</summary>
    public PlainNetwork SubtractSaved(int slot, Variable saved) => JoinSaved(slot, Tape.Subtract(Top, saved), (a, b) => a - b);

    /// <summary>The present map's channels, then those that were saved, then the present ones again.</summary>
    public PlainNetwork ConcatenateSaved(int slot, Variable saved)
    {
        Top = Tape.Concatenate(Top, saved, Top);
        _layers.Add(state =>
        {
            double[,,] a = state.Map, b = state.Saved[slot];
            int first = a.GetLength(2), second = b.GetLength(2);
            var y = new double[a.GetLength(0), a.GetLength(1), 2 * first + second];
            for (int h = 0; h < a.GetLength(0); h++)
                for (int w = 0; w < a.GetLength(1); w++)
                    for (int c = 0; c < y.GetLength(2); c++) y[h, w, c] = c < first ? a[h, w, c] : c < first + second ? b[h, w, c - first] : a[h, w, c - first - second];
            state.Map = y;
        });
        return this;
    }

    private PlainNetwork JoinSaved(int slot, Variable top, Func<double, double, double> combine)
    {
        Top = top;
        _layers.Add(state =>
        {
            double[,,] a = state.Map;
            double[,,] b = state.Saved[slot];
            var y = (double[,,])a.Clone();
            for (int h = 0; h < a.GetLength(0); h++)
                for (int w = 0; w < a.GetLength(1); w++)
                    for (int c = 0; c < a.GetLength(2); c++) y[h, w, c] = combine(a[h, w, c], b[h, w, c]);
            state.Map = y;
        });
        return this;
    }

    /// <summary>Mean cross-entropy plus mean penalty.</summary>
    public double MeanLoss(Batch batch, double divisor) => LossAsFunctionOf(null, batch, divisor)();

    /// <summary>The mean loss for whatever values a parameter has when it is called; layers in front of its first reader run once.</summary>
    public Func<double> LossAsFunctionOf(Parameter? parameter, Batch batch, double divisor)
    {
        int first = parameter is null ? 0 : _firstReaders[parameter];
        State[] front = [.. Enumerable.Range(0, batch.Count).Select(sample => Run(batch, sample, divisor, first))];
        return () => MeanLoss(front, first, batch);
    }

    private double MeanLoss(State[] front, int first, Batch batch)
    {
        double sum = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            State state = front[i].Copy();
            foreach (Action<State> layer in _layers[first..]) layer(state);
            double[] logits = [.. state.Map.Cast<double>()];
            double largest = logits.Max();
            sum += Math.Log(logits.Sum(l => Math.Exp(l - largest))) + largest - logits[batch.Labels[i]] + state.Penalty;
        }
        return sum / batch.Count;
    }

    private State Run(Batch batch, int sample, double divisor, int layers)
    {
        var map = new double[InputShape.Height, InputShape.Width, InputShape.Channels];
        int i = sample * InputShape.Count;
        for (int h = 0; h < InputShape.Height; h++)
            for (int w = 0; w < InputShape.Width; w++)
                for (int c = 0; c < InputShape.Channels; c++) map[h, w, c] = batch.Samples[i++] / divisor;
        var state = new State { Map = map };
        foreach (Action<State> layer in _layers[..layers]) layer(state);
        return state;
    }

    public Batch RandomBatch(int count)
    {
        var batch = new Batch { Count = count, Samples = new sbyte[count * InputShape.Count], Labels = new int[count], SampleIndices = new int[count] };
        for (int i = 0; i < batch.Samples.Length; i++) batch.Samples[i] = (sbyte)_random.Next(-128, 128);
        for (int i = 0; i < count; i++) batch.Labels[i] = _random.Next(Top.Shape.Channels);
        for (int i = 0; i < count; i++) batch.SampleIndices[i] = _random.Next(100_000);
        return batch;
    }

    private Parameter Add(string name, int fan, params int[] shape)
    {
        var parameter = new Parameter($"{name}{Parameters.Count}", [.. shape]);
        double limit = Math.Sqrt(3.0 / fan);
        for (int i = 0; i < parameter.Count; i++) parameter.Value[i] = (float)((_random.NextDouble() * 2 - 1) * limit);
        Values[parameter] = [.. parameter.Value.ToArray().Select(value => (double)value)];
        Parameters.Add(parameter);
        _firstReaders.Add(parameter, _layers.Count);
        return parameter;
    }

    private PlainNetwork Each(Func<double, double> function)
    {
        _layers.Add(state =>
        {
            double[,,] x = state.Map;
            var y = (double[,,])x.Clone();
            for (int h = 0; h < x.GetLength(0); h++)
                for (int w = 0; w < x.GetLength(1); w++)
                    for (int c = 0; c < x.GetLength(2); c++) y[h, w, c] = function(x[h, w, c]);
            state.Map = y;
        });
        return this;
    }

    private static double[,,] Convolve(double[,,] x, double[] weights, double[]? bias, int outputs, int rows, int columns, int padRows, int padColumns)
    {
        int height = x.GetLength(0), width = x.GetLength(1), inputs = x.GetLength(2);
        var y = new double[height + 2 * padRows - rows + 1, width + 2 * padColumns - columns + 1, outputs];
        for (int h = 0; h < y.GetLength(0); h++)
            for (int w = 0; w < y.GetLength(1); w++)
                for (int o = 0; o < outputs; o++)
                {
                    double sum = bias is null ? 0 : bias[o];
                    for (int c = 0; c < inputs; c++)
                        for (int ky = Math.Max(0, padRows - h); ky < rows && h + ky - padRows < height; ky++)
                            for (int kx = Math.Max(0, padColumns - w); kx < columns && w + kx - padColumns < width; kx++)
                                sum += x[h + ky - padRows, w + kx - padColumns, c] * weights[((o * inputs + c) * rows + ky) * columns + kx];
                    y[h, w, o] = sum;
                }
        return y;
    }

    private static double[,,] Spread(double[,,] x, double[] turned, double[]? bias, int outputs, int padding)
    {
        int inputs = x.GetLength(2);
        var y = new double[2 * x.GetLength(0) + 2 - 2 * padding, 2 * x.GetLength(1) + 2 - 2 * padding, outputs];
        for (int h = 0; h < y.GetLength(0); h++)
            for (int w = 0; w < y.GetLength(1); w++)
                for (int o = 0; o < outputs; o++) y[h, w, o] = bias is null ? 0 : bias[o];
        for (int a = 0; a < x.GetLength(0); a++)
            for (int b = 0; b < x.GetLength(1); b++)
                for (int ky = 0; ky < 3; ky++)
                    for (int kx = 0; kx < 3; kx++)
                    {
                        int h = 2 * a + ky - padding, w = 2 * b + kx - padding;
                        if (h < 0 || w < 0 || h >= y.GetLength(0) || w >= y.GetLength(1)) continue;
                        for (int o = 0; o < outputs; o++)
                            for (int c = 0; c < inputs; c++) y[h, w, o] += x[a, b, c] * turned[((o * inputs + c) * 3 + 2 - ky) * 3 + 2 - kx];
                    }
        return y;
    }

    private static double[,,] Pool(double[,,] x, int rows, int columns, int stride, Func<double[], double> reduce)
    {
        var window = new double[rows * columns];
        var y = new double[(x.GetLength(0) - rows) / stride + 1, (x.GetLength(1) - columns) / stride + 1, x.GetLength(2)];
        for (int h = 0; h < y.GetLength(0); h++)
            for (int w = 0; w < y.GetLength(1); w++)
                for (int c = 0; c < y.GetLength(2); c++)
                {
                    for (int i = 0; i < window.Length; i++) window[i] = x[h * stride + i / columns, w * stride + i % columns, c];
                    y[h, w, c] = reduce(window);
                }
        return y;
    }
}

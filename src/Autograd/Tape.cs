// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd.Operations;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd;

/// <summary>
/// Records a network once, as shapes and operations. A tape holds no data; an <see cref="ExecutionPlan"/> runs it. All shapes are logical
/// <c>[H, W, C]</c> without the batch axis.
/// </summary>
/// <remarks>Not thread-safe while it is recorded; afterwards any number of plans may share it.</remarks>
public sealed partial class Tape
{
    private readonly List<Variable> _variables = [];
    private readonly List<Operation> _operations = [];
    private readonly List<Parameter> _parameters = [];
    private readonly HashSet<string> _names = [];
    private readonly List<(Parameter Weights, float Rate)> _weightPenalties = [];

    /// <summary>The parameters in the order of their first use.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>Parameters with the rates of their penalties.</summary>
    internal IReadOnlyList<(Parameter Weights, float Rate)> WeightPenalties => _weightPenalties;

    internal IReadOnlyList<Variable> Variables => _variables;

    internal IReadOnlyList<Operation> Operations => _operations;

    /// <summary>The network's input; a tape has exactly one.</summary>
    internal Variable? InputVariable { get; private set; }

    /// <summary>Declares the network's input.</summary>
    /// <param name="shape">Shape of one sample, <c>[H, W, C]</c>, each at least 1.</param>
    /// <returns>The input.</returns>
    /// <exception cref="InvalidOperationException">The tape has an input already.</exception>
    public Variable Input(SampleShape shape)
    {
        if (InputVariable is not null) throw new InvalidOperationException("a tape has one input: it was declared already");
        if (shape.Height < 1 || shape.Width < 1 || shape.Channels < 1) throw new ArgumentException($"an input has at least one row, column and channel, not {shape}", nameof(shape));
        return InputVariable = New(shape);
    }

    /// <summary>Two-dimensional convolution, stride 1: <c>y[o] = bias[o] + sum of x * w[o]</c> over channels and taps; taps outside the image are skipped.</summary>
    /// <param name="x">Input <c>[H, W, I]</c>.</param>
    /// <param name="weights">Kernel <c>[O, I, K, K]</c> with K 1 or 3.</param>
    /// <param name="bias">Bias <c>[O]</c>, or null.</param>
    /// <param name="padding">Zero padding on every side, 0 or more.</param>
    /// <returns>Output <c>[H + 2 padding - K + 1, W + 2 padding - K + 1, O]</c>.</returns>
    /// <exception cref="ArgumentException">A shape does not fit; the message says which.</exception>
    public Variable Conv2d(Variable x, Parameter weights, Parameter? bias, int padding)
    {
        Check(x);
        ArgumentNullException.ThrowIfNull(weights);
        Require(weights.Shape.Length == 4 && weights.Shape[2] == weights.Shape[3] && weights.Shape[2] is 1 or 3, weights, "a two-dimensional kernel is [O, I, 1, 1] or [O, I, 3, 3]");
        return Convolve(x, weights, bias, new(x.Shape.Channels, weights.Shape[0], x.Shape.Height, x.Shape.Width, weights.Shape[2], weights.Shape[3], padding, padding), padding, oneDimensional: false);
    }

    /// <summary>One-dimensional convolution, stride 1, over the rows of a map with one column.</summary>
    /// <param name="x">Input <c>[L, 1, I]</c>.</param>
    /// <param name="weights">Kernel <c>[O, I, K]</c> with K 1..9.</param>
    /// <param name="bias">Bias <c>[O]</c>, or null.</param>
    /// <param name="padding">Zero padding at both ends, 0 or more.</param>
    /// <returns>Output <c>[L + 2 padding - K + 1, 1, O]</c>.</returns>
    /// <exception cref="ArgumentException">A shape does not fit; the message says which.</exception>
    public Variable Conv1d(Variable x, Parameter weights, Parameter? bias, int padding)
    {
        Check(x);
        ArgumentNullException.ThrowIfNull(weights);
        if (x.Shape.Width != 1) throw new ArgumentException($"a one-dimensional convolution reads a map of one column, not {x.Shape}", nameof(x));
        Require(weights.Shape.Length == 3 && weights.Shape[2] is >= 1 and <= 9, weights, "a one-dimensional kernel is [O, I, K] with K 1..9");
        return Convolve(x, weights, bias, new(x.Shape.Channels, weights.Shape[0], 1, x.Shape.Height, 1, weights.Shape[2], 0, padding), padding, oneDimensional: true);
    }

    /// <summary>Transposed 3x3 convolution with stride 2 and output padding 1 in the definition of PyTorch (numerics.md section 7.3).</summary>
    /// <param name="x">Input <c>[H, W, I]</c>.</param>
    /// <param name="weights">Kernel <c>[O, I, 3, 3]</c>, turned by half a turn: that of the ordinary convolution over the input with a zero between each two pixels.</param>
    /// <param name="bias">Bias <c>[O]</c>, or null.</param>
    /// <param name="padding">Rows and columns that the full result loses on each side, 0..2.</param>
    /// <returns>Output <c>[2 H + 2 - 2 padding, 2 W + 2 - 2 padding, O]</c>.</returns>
    /// <exception cref="ArgumentException">A shape does not fit; the message says which.</exception>
    public Variable ConvTranspose2d(Variable x, Parameter weights, Parameter? bias, int padding)
    {
        Check(x);
        ArgumentNullException.ThrowIfNull(weights);
        Require(weights.Shape.Length == 4 && weights.Shape[2] == TransposedShape.Kernel && weights.Shape[3] == TransposedShape.Kernel, weights, "a transposed kernel is [O, I, 3, 3]");
        if (padding is < 0 or > MaximumTransposedPadding) throw new ArgumentOutOfRangeException(nameof(padding), padding, $"padding lies in 0..{MaximumTransposedPadding}");
        CheckWeights(x, weights, bias);
        TransposedShape shape = new(x.Shape.Channels, weights.Shape[0], x.Shape.Height, x.Shape.Width, padding);
        if (shape.OutputHeight < 1 || shape.OutputWidth < 1) throw new ArgumentException($"with padding {padding} nothing is left of the result of \"{weights.Name}\" for the input {x.Shape}", nameof(padding));
        Use(weights, bias);
        return Record(new SampleShape(shape.OutputHeight, shape.OutputWidth, shape.OutputChannels), y => new TransposedConvolutionOperation(x, y, weights, bias, shape));
    }

    /// <summary>Fully connected layer.</summary>
    /// <param name="x">Input <c>[1, 1, N]</c>.</param>
    /// <param name="weights">Weights <c>[O, N]</c>.</param>
    /// <param name="bias">Bias <c>[O]</c>, or null.</param>
    /// <returns>Output <c>[1, 1, O]</c>.</returns>
    /// <exception cref="ArgumentException">A shape does not fit; the message says which.</exception>
    public Variable Dense(Variable x, Parameter weights, Parameter? bias)
    {
        Check(x);
        ArgumentNullException.ThrowIfNull(weights);
        if (x.Shape.Pixels != 1) throw new ArgumentException($"a dense layer reads a vector [1, 1, N], not {x.Shape}: flatten the map first", nameof(x));
        Require(weights.Shape.Length == 2, weights, "dense weights are [O, N]");
        return Convolve(x, weights, bias, new(x.Shape.Channels, weights.Shape[0], 1, 1, 1, 1, 0, 0), 0, oneDimensional: false);
    }

    /// <summary>Maximum over windows; the gradient goes to the first largest value in raster order.</summary>
    /// <param name="x">Input <c>[H, W, C]</c>.</param>
    /// <param name="rows">Window rows, 1..16, at most H.</param>
    /// <param name="columns">Window columns, 1..16, at most W.</param>
    /// <param name="stride">Stride in both directions, 1..16; incomplete windows are dropped.</param>
    /// <returns>Output <c>[(H - rows) / stride + 1, (W - columns) / stride + 1, C]</c>.</returns>
    /// <exception cref="ArgumentException">The window does not fit the map or the ranges.</exception>
    public Variable MaxPool(Variable x, int rows, int columns, int stride) => Pool(x, rows, columns, stride, average: false);

    /// <summary>Mean over windows: the sum in raster order times the float nearest to one over the window's size.</summary>
    /// <param name="x">Input <c>[H, W, C]</c>.</param>
    /// <param name="rows">Window rows, 1..16, at most H.</param>
    /// <param name="columns">Window columns, 1..16, at most W.</param>
    /// <param name="stride">Stride in both directions, 1..16; incomplete windows are dropped.</param>
    /// <returns>Output <c>[(H - rows) / stride + 1, (W - columns) / stride + 1, C]</c>.</returns>
    /// <exception cref="ArgumentException">The window does not fit the map or the ranges.</exception>
    public Variable AveragePool(Variable x, int rows, int columns, int stride) => Pool(x, rows, columns, stride, average: true);

    /// <summary>Rectifier: +0 where <c>x &lt;= 0</c>, else x; the gradient passes where <c>x &gt; 0</c>.</summary>
    /// <param name="x">Input of any shape.</param>
    /// <returns>Output of the same shape.</returns>
    public Variable Relu(Variable x) => Elementwise(x, Activation.Rectifier);

    /// <summary>Clamp; the gradient passes where <c>low &lt;= x &lt;= high</c>, both inclusive.</summary>
    /// <param name="x">Input of any shape.</param>
    /// <param name="low">Lower bound, finite.</param>
    /// <param name="high">Upper bound, finite, not below <paramref name="low"/>.</param>
    /// <returns>Output of the same shape.</returns>
    /// <exception cref="ArgumentException">The bounds are not finite or in the wrong order.</exception>
    public Variable Clamp(Variable x, float low, float high)
    {
        if (!float.IsFinite(low) || !float.IsFinite(high) || low > high) throw new ArgumentException($"clamp bounds are finite and ascending, not {low} and {high}", nameof(low));
        return Elementwise(x, Activation.Identity with { Low = low, High = high });
    }

    /// <summary>Multiplication by a constant.</summary>
    /// <param name="x">Input of any shape.</param>
    /// <param name="factor">Factor, finite and above 0.</param>
    /// <returns>Output of the same shape.</returns>
    /// <exception cref="ArgumentException">The factor is not finite or not positive.</exception>
    public Variable Scale(Variable x, float factor)
    {
        if (!float.IsFinite(factor) || factor <= 0) throw new ArgumentException($"a scale factor is finite and above 0, not {factor}", nameof(factor));
        return Elementwise(x, Activation.Identity with { Scale = factor });
    }

    /// <summary>Element-wise sum.</summary>
    /// <param name="a">First addend.</param>
    /// <param name="b">Second addend, of the same shape.</param>
    /// <returns>Output of the same shape.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Variable Add(Variable a, Variable b)
    {
        CheckSame(a, b);
        return Record(a.Shape, output => new AddOperation(a, b, output));
    }

    /// <summary>Element-wise difference.</summary>
    /// <param name="a">What is subtracted from.</param>
    /// <param name="b">What is subtracted, of the same shape.</param>
    /// <returns>Output of the same shape.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Variable Subtract(Variable a, Variable b)
    {
        CheckSame(a, b);
        return Record(a.Shape, output => new SubtractOperation(a, b, output));
    }

    /// <summary>
    /// Bitwise or of the bytes <c>clamp(round_half_even(128 x), -128, 127)</c> in two's complement, divided by 128 (numerics.md section 8). It has no derivative;
    /// each operand receives the gradient of the result unchanged (straight-through).
    /// </summary>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand, of the same shape.</param>
    /// <returns>Output of the same shape.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Variable Or(Variable a, Variable b)
    {
        CheckSame(a, b);
        return Record(a.Shape, output => new BitwiseOperation(a, b, output, exclusive: false));
    }

    /// <summary>Bitwise exclusive or; bytes and gradient as in <see cref="Or"/>.</summary>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand, of the same shape.</param>
    /// <returns>Output of the same shape.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Variable Xor(Variable a, Variable b)
    {
        CheckSame(a, b);
        return Record(a.Shape, output => new BitwiseOperation(a, b, output, exclusive: true));
    }

    /// <summary>Maps joined by channel, in the order given.</summary>
    /// <param name="parts">At least one map, all with the same rows and columns.</param>
    /// <returns>Output <c>[H, W, sum of the channels]</c>.</returns>
    /// <exception cref="ArgumentException">There is no map, or rows or columns differ.</exception>
    public Variable Concatenate(params ReadOnlySpan<Variable> parts)
    {
        if (parts.IsEmpty) throw new ArgumentException("at least one map is joined", nameof(parts));
        foreach (Variable part in parts) Check(part);
        SampleShape shape = parts[0].Shape with { Channels = 0 };
        foreach (Variable part in parts)
        {
            if (part.Shape.Height != shape.Height || part.Shape.Width != shape.Width) throw new ArgumentException($"joined maps have the same rows and columns, not {parts[0].Shape} and {part.Shape}", nameof(parts));
            shape = shape with { Channels = checked(shape.Channels + part.Shape.Channels) };
        }
        Variable[] inputs = [.. parts];
        return Record(shape, output => new ConcatenateOperation(inputs, output));
    }

    /// <summary>Exchanges the axes of a map, as Keras' Permute.</summary>
    /// <param name="x">Input <c>[H, W, C]</c>, whose axes are numbered 0, 1 and 2.</param>
    /// <param name="order">Axis <c>i</c> of the output is axis <c>order[i]</c> of the input; each of 0, 1 and 2 once.</param>
    /// <returns>Output of the exchanged shape.</returns>
    /// <exception cref="ArgumentException">The order does not name each axis once.</exception>
    public Variable Permute(Variable x, params ImmutableArray<int> order)
    {
        Check(x);
        if (order.Length != 3 || !order.Contains(0) || !order.Contains(1) || !order.Contains(2)) throw new ArgumentException($"the order names each of the axes 0, 1 and 2 once, not [{string.Join(", ", order)}]", nameof(order));
        int[] lengths = [x.Shape.Height, x.Shape.Width, x.Shape.Channels];
        return Record(new SampleShape(lengths[order[0]], lengths[order[1]], lengths[order[2]]), output => new PermuteOperation(x, output, order));
    }

    /// <summary>The same elements in row-major <c>[H, W, C]</c> order under another shape, as Keras' Reshape.</summary>
    /// <param name="x">Input.</param>
    /// <param name="shape">New shape with as many elements.</param>
    /// <returns>Output of the new shape.</returns>
    /// <exception cref="ArgumentException">The numbers of elements differ.</exception>
    public Variable Reshape(Variable x, SampleShape shape)
    {
        Check(x);
        if (shape.Height < 1 || shape.Width < 1 || shape.Channels < 1 || shape.Count != x.Shape.Count)
            throw new ArgumentException($"a reshape keeps the number of elements: {x.Shape} has {x.Shape.Count}, {shape} does not fit", nameof(shape));
        return Record(shape, output => new ReshapeOperation(x, output));
    }

    /// <summary>All elements as one vector in channel-major order, feature <c>(c * H + h) * W + w</c>.</summary>
    /// <param name="x">Input <c>[H, W, C]</c>.</param>
    /// <returns>Output <c>[1, 1, C * H * W]</c>.</returns>
    public Variable Flatten(Variable x)
    {
        Check(x);
        return Record(new SampleShape(1, 1, x.Shape.Count), output => new FlattenOperation(x, output));
    }

    /// <summary>In training, zero with probability <paramref name="rate"/>, survivors times <c>1 / (1 - rate)</c>; otherwise the identity.</summary>
    /// <param name="x">Input of any shape.</param>
    /// <param name="rate">Probability, in [0, 1).</param>
    /// <param name="layerIndex">Names the random numbers; different layers use different indices, 0..65535.</param>
    /// <returns>Output of the same shape.</returns>
    /// <exception cref="ArgumentException">Rate or index is out of range.</exception>
    public Variable Dropout(Variable x, float rate, int layerIndex)
    {
        Check(x);
        if (!(rate >= 0 && rate < 1)) throw new ArgumentException($"a dropout rate lies in [0, 1), not {rate}", nameof(rate));
        if (layerIndex is < 0 or > CounterRandom.MaximumLayer) throw new ArgumentException($"a layer index lies in 0..{CounterRandom.MaximumLayer}, not {layerIndex}", nameof(layerIndex));
        return Record(x.Shape, output => new DropoutOperation(x, output, rate, layerIndex));
    }

    /// <summary>Adds an activity penalty to the loss: <c>rate * sum of x^2</c>, averaged over the samples of the batch (training-flow.md section 3.7).</summary>
    /// <param name="x">The penalised activation.</param>
    /// <param name="rate">Weight of the penalty, finite, at least 0.</param>
    /// <exception cref="ArgumentException">The rate is negative or not finite.</exception>
    public void ActivityPenalty(Variable x, float rate)
    {
        Check(x);
        if (!float.IsFinite(rate) || rate < 0) throw new ArgumentException($"a penalty rate is finite and at least 0, not {rate}", nameof(rate));
        if (rate > 0) _operations.Add(new ActivityPenaltyOperation(x, rate));
    }

    /// <summary>Adds a penalty on weights to the loss: <c>rate * sum of w^2</c> (training-flow.md section 3.7).</summary>
    /// <param name="weights">A parameter of this tape.</param>
    /// <param name="rate">Weight of the penalty, finite, at least 0.</param>
    /// <exception cref="ArgumentException">The rate is negative or not finite, or the parameter is not on the tape or has a penalty already.</exception>
    public void WeightPenalty(Parameter weights, float rate)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (!float.IsFinite(rate) || rate < 0) throw new ArgumentException($"a penalty rate is finite and at least 0, not {rate}", nameof(rate));
        Require(_parameters.Contains(weights), weights, "a penalty is for a parameter that an operation of the tape uses");
        Require(_weightPenalties.All(penalty => penalty.Weights != weights), weights, "a parameter has one penalty");
        if (rate > 0) _weightPenalties.Add((weights, rate));
    }
}

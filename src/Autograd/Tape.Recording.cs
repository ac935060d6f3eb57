// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd.Operations;
using Ai8x.Tensors;
using Ai8x.Tensors.Kernels;

namespace Ai8x.Autograd;

/// <content>Checks and bookkeeping behind the recording methods.</content>
public sealed partial class Tape
{
    private const int MaximumWindow = 16;
    private const int MaximumTransposedPadding = 2;

    private Variable New(SampleShape shape)
    {
        var variable = new Variable(this, shape, _variables.Count);
        _variables.Add(variable);
        return variable;
    }

    private Variable Record(SampleShape shape, Func<Variable, Operation> operation)
    {
        Variable output = New(shape);
        _operations.Add(operation(output));
        return output;
    }

    private Variable Elementwise(Variable x, Activation activation)
    {
        Check(x);
        return Record(x.Shape, output => new ElementwiseOperation(x, output, activation));
    }

    private Variable Convolve(Variable x, Parameter weights, Parameter? bias, ConvolutionShape shape, int padding, bool oneDimensional)
    {
        if (padding < 0) throw new ArgumentOutOfRangeException(nameof(padding), padding, "padding is at least 0");
        CheckWeights(x, weights, bias);
        if (shape.OutputHeight < 1 || shape.OutputWidth < 1)
            throw new ArgumentException($"the kernel of \"{weights.Name}\" with padding {padding} is larger than the input {x.Shape}", nameof(padding));
        Use(weights, bias);
        SampleShape output = oneDimensional ? new(shape.OutputWidth, 1, shape.OutputChannels) : new(shape.OutputHeight, shape.OutputWidth, shape.OutputChannels);
        return Record(output, y => new ConvolutionOperation(x, y, weights, bias, shape));
    }

    private Variable Pool(Variable x, int rows, int columns, int stride, bool average)
    {
        Check(x);
        if (rows is < 1 or > MaximumWindow || columns is < 1 or > MaximumWindow || stride is < 1 or > MaximumWindow)
            throw new ArgumentException($"a pooling window and its stride lie in 1..{MaximumWindow}, not {rows}x{columns} with stride {stride}", nameof(rows));
        if (rows > x.Shape.Height || columns > x.Shape.Width) throw new ArgumentException($"the pooling window {rows}x{columns} is larger than the input {x.Shape}", nameof(rows));
        PoolingShape shape = new(x.Shape.Channels, x.Shape.Height, x.Shape.Width, rows, columns, stride);
        return Record(new SampleShape(shape.OutputHeight, shape.OutputWidth, shape.Channels), output => average
            ? new AveragePoolOperation(x, output, shape)
            : new MaximumPoolOperation(x, output, shape));
    }

    private static void CheckWeights(Variable x, Parameter weights, Parameter? bias)
    {
        Require(weights.Shape[1] == x.Shape.Channels, weights, $"its second axis must be the {x.Shape.Channels} channels of the input {x.Shape}");
        if (bias is not null) Require(bias.Shape.Length == 1 && bias.Shape[0] == weights.Shape[0], bias, $"a bias has one value for each of the {weights.Shape[0]} outputs");
    }

    private void Use(Parameter weights, Parameter? bias)
    {
        Use(weights);
        if (bias is not null) Use(bias);
    }

    private void CheckSame(Variable a, Variable b)
    {
        Check(a);
        Check(b);
        if (a.Shape != b.Shape) throw new ArgumentException($"operands have the same shape, not {a.Shape} and {b.Shape}", nameof(b));
    }

    private void Use(Parameter parameter)
    {
        if (_parameters.Contains(parameter)) return;
        if (!_names.Add(parameter.Name)) throw new ArgumentException($"two parameters are named \"{parameter.Name}\": names are unique on a tape", nameof(parameter));
        _parameters.Add(parameter);
    }

    private void Check(Variable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        if (variable.Tape != this) throw new ArgumentException("the variable belongs to another tape", nameof(variable));
    }

    private static void Require(bool holds, Parameter parameter, string rule)
    {
        if (!holds) throw new ArgumentException($"parameter \"{parameter.Name}\" has shape {Text(parameter.Shape)}: {rule}", nameof(parameter));
    }

    private static string Text(ImmutableArray<int> shape) => $"[{string.Join(", ", shape)}]";
}

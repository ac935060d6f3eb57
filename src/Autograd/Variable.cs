// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Autograd;

/// <summary>An activation map on a <see cref="Tape"/>: a shape and where it comes from, no memory.</summary>
public sealed class Variable
{
    internal Variable(Tape tape, SampleShape shape, int index)
    {
        Tape = tape;
        Shape = shape;
        Index = index;
    }

    /// <summary>Shape of one sample, <c>[H, W, C]</c>.</summary>
    public SampleShape Shape { get; }

    internal Tape Tape { get; }

    /// <summary>Position in the tape's list of variables.</summary>
    internal int Index { get; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"variable {Index} {Shape}");
}

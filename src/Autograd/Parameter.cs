// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Autograd;

/// <summary>A trainable array with its gradient. It owns both; plans read the values and write the gradient.</summary>
public sealed class Parameter
{
    private readonly float[] _value;
    private readonly float[] _gradient;

    /// <summary>Makes a parameter of zeros.</summary>
    /// <param name="name">Name for messages and checkpoints, not empty.</param>
    /// <param name="shape">Axes as the operation states them, each at least 1; row-major.</param>
    /// <exception cref="ArgumentException">The name is empty, or the shape has no axis, an axis below 1 or too many elements.</exception>
    public Parameter(string name, ImmutableArray<int> shape)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (shape.IsDefaultOrEmpty) throw new ArgumentException($"parameter \"{name}\" needs at least one axis", nameof(shape));
        long count = 1;
        foreach (int length in shape)
        {
            if (length < 1) throw new ArgumentException($"parameter \"{name}\" has an axis of length {length}: every axis is at least 1", nameof(shape));
            count *= length;
            if (count > Array.MaxLength) throw new ArgumentException($"parameter \"{name}\" of shape [{string.Join(", ", shape)}] has too many elements", nameof(shape));
        }
        Name = name;
        Shape = shape;
        _value = new float[count];
        _gradient = new float[count];
    }

    /// <summary>Name for messages and checkpoints.</summary>
    public string Name { get; }

    /// <summary>Axes, row-major.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>Number of elements.</summary>
    public int Count => _value.Length;

    /// <summary>The values, row-major.</summary>
    public Span<float> Value => _value;

    /// <summary>The same values as memory, for readers that keep it; it shows every later change.</summary>
    public ReadOnlyMemory<float> ValueMemory => _value;

    /// <summary>Gradient of the mean loss of the last batch, row-major; zeros before the first.</summary>
    public Span<float> Gradient => _gradient;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}]";
}

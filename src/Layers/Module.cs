// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// A model, or a part of one, as a class of your own: layers are members, <see cref="Forward"/> says how they are connected, and modules may use other
/// modules. <see cref="Trace"/> runs it once on a symbolic input and gives the same architecture as the functional style.
/// </summary>
/// <example>
/// <code>
/// internal sealed class ResidualBlock(int filters) : Module
/// {
///     private readonly FusedConv2DReLU _first = new(filters, 3, paddingSize: 1);
///     private readonly FusedConv2D _second = new(filters, 3, paddingSize: 1);
///     private readonly Add _add = new();
///
///     public override SymbolicTensor Forward(SymbolicTensor input) => _add.Apply(input, _second.Apply(_first.Apply(input)));
/// }
/// </code>
/// </example>
[SuppressMessage("Naming", "CA1716", Justification = "The term of the field for a class of layers.")]
public abstract class Module
{
    /// <summary>Connects the layers. It is called once for each <see cref="Trace"/> and applies each layer with weights once.</summary>
    /// <param name="input">The input.</param>
    /// <returns>The output.</returns>
    public abstract SymbolicTensor Forward(SymbolicTensor input);

    /// <summary>Writes down what <see cref="Forward"/> does.</summary>
    /// <param name="name">Name of the model.</param>
    /// <param name="inputShape">Shape of one sample, <c>[H, W, C]</c>.</param>
    /// <returns>The architecture.</returns>
    /// <exception cref="Device.Limits.LimitException">A layer breaks a limit of the device; the message names the layer.</exception>
    /// <exception cref="ModelDefinitionException">Shapes do not fit, a name is used twice, or the chip cannot do such a network.</exception>
    public Functional Trace(string name, SampleShape inputShape)
    {
        SymbolicTensor input = SymbolicTensor.Input(inputShape);
        return new Functional(name, input, Forward(input));
    }
}

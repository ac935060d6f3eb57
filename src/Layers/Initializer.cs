// SPDX-License-Identifier: MIT
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>Where the first values of a parameter come from. The values depend on seed, parameter and element only.</summary>
public abstract class Initializer
{
    /// <summary>Name and settings as text; equal settings give equal text.</summary>
    public abstract string Settings { get; }

    /// <summary>Writes the first values.</summary>
    /// <param name="values">The parameter, row-major.</param>
    /// <param name="fanIn">Inputs of one output: kernel area times input channels.</param>
    /// <param name="fanOut">Outputs fed by one input: kernel area times output channels.</param>
    /// <param name="random">Random numbers of the purpose <see cref="RandomPurpose.Initialization"/>.</param>
    /// <param name="parameterIndex">Position of the parameter in its model; it is the layer index of the random numbers.</param>
    public abstract void Fill(Span<float> values, int fanIn, int fanOut, in CounterRandom random, int parameterIndex);
}

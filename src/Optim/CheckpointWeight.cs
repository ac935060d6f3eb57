// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Optim;

/// <summary>A parameter as a checkpoint holds it.</summary>
/// <param name="Name">Name of the parameter, for example <c>conv2d/kernel</c>.</param>
/// <param name="Shape">Axes, for example <c>[O, I, KH, KW]</c>; 1 to 4 of them.</param>
/// <param name="Values">The finite values, row-major; of a checkpoint that a run writes, those of the model itself.</param>
public sealed record CheckpointWeight(string Name, ImmutableArray<int> Shape, ReadOnlyMemory<float> Values);

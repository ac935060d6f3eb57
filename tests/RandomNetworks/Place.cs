// SPDX-License-Identifier: MIT
using Ai8x.Networks;

namespace Ai8x.RandomNetworks;

/// <summary>Where a layer writes.</summary>
/// <param name="Map">Output processors.</param>
/// <param name="Word">First word.</param>
/// <param name="Gap">Words left free behind each word.</param>
internal readonly record struct Place(ProcessorMap Map, int Word, int Gap = 0);

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen.Output;
using Ai8x.CodeGen.Placement;

namespace Ai8x.CodeGen.Maps;

/// <summary>Writes the maps of a placement as text and as drawings.</summary>
public static class MapWriter
{
    /// <summary>Writes <c>kernel.txt</c>, <c>kernel.svg</c>, <c>data.txt</c>, <c>data.svg</c>, <c>bias.txt</c>, <c>bias.svg</c>. Each file appears whole or not at all.</summary>
    /// <param name="attempt">A placement, complete or not.</param>
    /// <param name="folder">The target; it is made if need be.</param>
    /// <exception cref="IOException">The files cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Write(PlacementAttempt attempt, string folder) => AtomicFolder.Write(folder, Files(attempt));

    /// <summary>The files without writing them.</summary>
    /// <param name="attempt">A placement, complete or not.</param>
    /// <returns>File names and texts; lines end in a line feed.</returns>
    public static ImmutableArray<(string Name, string Text)> Files(PlacementAttempt attempt) =>
        [.. MemoryMaps.Of(attempt).SelectMany(map => new[] { ($"{map.Memory}.txt", MapText.Of(map)), ($"{map.Memory}.svg", MapSvg.Of(map)) })];
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Networks;

/// <summary>A part of the data memory that the unload function returns (network-yaml.md section 1.1).</summary>
/// <param name="Processors">Processors that hold the channels.</param>
/// <param name="Channels">Channels, at least 1.</param>
/// <param name="Rows">Rows, at least 1.</param>
/// <param name="Columns">Columns, at least 1; 1 for one-dimensional data.</param>
/// <param name="Offset">Byte offset in every data memory instance.</param>
/// <param name="Width">Bits of a value, 8 or 32.</param>
/// <param name="WriteGap">Words between the words of the data.</param>
public sealed record UnloadRange(ProcessorMap Processors, int Channels, int Rows, int Columns, int Offset, int Width, int WriteGap);

/// <summary>A buffer whose contents move on by some pixels at each inference (network-yaml.md section 6).</summary>
/// <param name="Name">Name, unique, by which layers read it.</param>
/// <param name="Processors">Processors that hold the channels.</param>
/// <param name="Channels">Channels, at least 1.</param>
/// <param name="Rows">Rows, at least 1.</param>
/// <param name="Columns">Columns, at least 1; 1 for one-dimensional data.</param>
/// <param name="Offset">Byte offset in every data memory instance.</param>
/// <param name="Width">Bits of a value, 8 or 32.</param>
public sealed record DataBuffer(string Name, ProcessorMap Processors, int Channels, int Rows, int Columns, int Offset, int Width);

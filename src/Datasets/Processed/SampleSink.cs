// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets.Processed;

/// <summary>Takes the processed samples of a data set, each at its place. May be called from several threads for different places.</summary>
internal abstract class SampleSink
{
    /// <summary>Stores a sample.</summary>
    /// <param name="part">The part it belongs to.</param>
    /// <param name="index">Its place in the part.</param>
    /// <param name="values">Its unsigned bytes, row-major <c>[H, W, C]</c>; 128 stands for zero.</param>
    /// <param name="label">Its class.</param>
    public abstract void Write(SplitPart part, int index, ReadOnlySpan<byte> values, int label);
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Tensors;

/// <summary>
/// A set of labelled samples that can be read in any order: what training, evaluation and the data sets agree on. Samples are the
/// signed bytes that the chip receives (training-flow.md section 4.1: byte - 128), so that training, quantization and simulation
/// see the same numbers; training divides them by the input scale (128 or 256).
/// </summary>
/// <remarks>Implementations are immutable and may be read from several threads at once.</remarks>
public abstract class SampleSource
{
    /// <summary>Name for messages and logs, for example <c>mnist/train</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Number of samples.</summary>
    public abstract int Count { get; }

    /// <summary>Shape of one sample, <c>[H, W, C]</c>.</summary>
    public abstract SampleShape Shape { get; }

    /// <summary>Names of the classes; a label indexes this list.</summary>
    public abstract ImmutableArray<string> ClassNames { get; }

    /// <summary>
    /// Whether <see cref="Fill"/> never waits, as where all samples lie in memory. Each worker then gathers the samples that it computes next, so several call it at the same time; where a disk or a network is waited for, a
    /// thread of its own reads the next batch. False unless a source says otherwise.
    /// </summary>
    public virtual bool IsInMemory => false;

    /// <summary>Label of a sample.</summary>
    /// <param name="index">Sample, 0 .. <see cref="Count"/> - 1.</param>
    /// <returns>Class, 0 .. <c>ClassNames.Length - 1</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The index lies outside the source.</exception>
    public abstract int Label(int index);

    /// <summary>Copies samples, one after another, each row-major in <c>[H, W, C]</c> order.</summary>
    /// <param name="indices">Samples to copy, each 0 .. <see cref="Count"/> - 1, in any order.</param>
    /// <param name="destination">At least <c>indices.Length * Shape.Count</c> values, -128..127.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside the source.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public abstract void Fill(ReadOnlySpan<int> indices, Span<sbyte> destination);
}

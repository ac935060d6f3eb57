// SPDX-License-Identifier: MIT
namespace Ai8x.Autograd;

/// <summary>Samples with their labels, as a plan reads them. Arrays may be longer than <see cref="Count"/> needs, so one batch object serves a whole run.</summary>
public sealed class Batch
{
    /// <summary>Number of samples, at least 1.</summary>
    public int Count { get; set; }

    /// <summary>The samples one after another, each row-major in <c>[H, W, C]</c> order, -128..127.</summary>
    public required sbyte[] Samples { get; set; }

    /// <summary>Class of each sample.</summary>
    public required int[] Labels { get; set; }

    /// <summary>Identity of each sample for random numbers: the same sample draws the same numbers wherever it stands in the batch. Read only where a plan draws.</summary>
    public required int[] SampleIndices { get; set; }

    /// <summary>Who writes <see cref="Samples"/> when they are wanted; null where they are there.</summary>
    internal ISampleFill? Source { get; set; }

    /// <summary>Makes sure that some samples are there.</summary>
    internal void Need(int first, int count) => Source?.Fill(this, first, count);
}

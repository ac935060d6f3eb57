// SPDX-License-Identifier: MIT
namespace Ai8x.Autograd;

/// <summary>Gives a batch its samples a block at a time: whoever computes a block asks for them first, so that they come into the caches of the processor that reads them next.</summary>
internal interface ISampleFill
{
    /// <summary>Writes some samples of a batch; several workers may ask for different ones at the same time, and for the same ones again.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="first">First sample.</param>
    /// <param name="count">Number of samples.</param>
    void Fill(Batch batch, int first, int count);
}

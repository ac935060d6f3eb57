// SPDX-License-Identifier: MIT
namespace Ai8x.Autograd.Planning;

/// <summary>
/// The two halves of a step's way backwards while several workers run them at the same time. The gradient of an input may lie where the input lay, which the first half reads: as long as somebody does, the second half
/// writes to memory of its own.
/// </summary>
internal sealed class BackwardHalves
{
    private const int Undecided = 0;
    private const int Apart = 1;
    private const int InPlace = 2;
    private int _left;
    private int _target;

    /// <summary>Whether the second half has written to memory of its own. Known when both halves have ended.</summary>
    public bool WentApart => _target == Apart;

    /// <summary>Begins both halves.</summary>
    /// <param name="blocks">Blocks of the first half.</param>
    public void Begin(int blocks) => (_left, _target) = (blocks, Undecided);

    /// <summary>Notes that some blocks of the first half have ended.</summary>
    public void EndFirst(int blocks) => Interlocked.Add(ref _left, -blocks);

    /// <summary>Where the second half writes: the first of its blocks decides it for all.</summary>
    /// <returns>Whether that is memory of its own.</returns>
    public bool GoesApart()
    {
        int wanted = Volatile.Read(ref _left) == 0 ? InPlace : Apart;
        int found = Interlocked.CompareExchange(ref _target, wanted, Undecided);
        return (found == Undecided ? wanted : found) == Apart;
    }
}

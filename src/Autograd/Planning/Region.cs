// SPDX-License-Identifier: MIT
namespace Ai8x.Autograd.Planning;

/// <summary>Floats of a worker, in use from one moment of a block's way through the tape to another. Regions whose times do not meet may lie at the same place.</summary>
/// <param name="length">Number of floats.</param>
internal sealed class Region(int length)
{
    /// <summary>Number of floats.</summary>
    public int Length => length;

    /// <summary>First float in the worker's memory.</summary>
    public int Offset { get; set; }

    /// <summary>First moment of use.</summary>
    public int First { get; private set; } = int.MaxValue;

    /// <summary>Last moment of use.</summary>
    public int Last { get; private set; } = int.MinValue;

    /// <summary>Notes that the region is read or written at a moment, and kept between it and all others.</summary>
    public void UseAt(int moment) => (First, Last) = (Math.Min(First, moment), Math.Max(Last, moment));

    /// <summary>Whether both are in use at some moment.</summary>
    public bool Meets(Region other) => First <= other.Last && other.First <= Last;
}

/// <summary>Moments of a block's way through the tape, in their order.</summary>
internal static class Moment
{
    private const int Middle = 1 << 24;

    /// <summary>The samples are laid out.</summary>
    public const int Input = 0;

    /// <summary>Losses and the gradient of the logits.</summary>
    public const int Loss = Middle;

    /// <summary>A step forwards.</summary>
    public static int Forward(int step) => 1 + step;

    /// <summary>A step backwards.</summary>
    public static int Backward(int step) => 2 * (Middle - step);

    /// <summary>The second half of a step backwards, in a step that has one: what only the first half uses may lie where this one writes. Where workers share both halves, see <see cref="BackwardHalves"/>.</summary>
    public static int SecondHalf(int backward) => backward | 1;
}

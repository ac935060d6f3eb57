// SPDX-License-Identifier: MIT
namespace Ai8x.Flow;

/// <summary>
/// What a long run tells its caller: finished lines that belong into a log, and progress that does not. The library prints nothing itself.
/// </summary>
/// <remarks>Calls come from the thread that started the run.</remarks>
public abstract class FlowObserver
{
    /// <summary>An observer that ignores everything.</summary>
    public static FlowObserver Silent { get; } = new SilentObserver();

    /// <summary>A finished line of the run's report, without line end.</summary>
    /// <param name="text">The line; may be empty.</param>
    public abstract void Line(string text);

    /// <summary>How far the current stage is; may come often.</summary>
    /// <param name="stage">Short name of the stage, for example <c>epoch 3/15</c>.</param>
    /// <param name="done">Finished units, 0 .. <paramref name="total"/>.</param>
    /// <param name="total">All units, at least 1.</param>
    /// <param name="detail">Current figures in words, for example <c>loss 0.1234</c>; may be empty.</param>
    public abstract void Progress(string stage, long done, long total, string detail);

    private sealed class SilentObserver : FlowObserver
    {
        public override void Line(string text)
        {
        }

        public override void Progress(string stage, long done, long total, string detail)
        {
        }
    }
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Autograd.Tests;

/// <summary>That something allocates nothing on the calling thread once it has run.</summary>
internal static class NoAllocation
{
    private const int WarmUps = 3;
    private const int Windows = 3;

    /// <summary>
    /// Runs it some times, and then in windows of as many runs of which one has to be without any allocation. Not every one: the runtime now and then makes a table of its own on the thread that it happens to be on
    /// (128 bytes, once in some dozens of runs of all tests). What the work itself allocates would be in each window.
    /// </summary>
    /// <param name="work">The work; gets the number of the run.</param>
    /// <param name="runs">Runs of a window.</param>
    public static void Assert(Action<int> work, int runs)
    {
        int run = 0;
        while (run < WarmUps) work(run++);
        var allocated = new long[Windows];
        for (int window = 0; window < Windows; window++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < runs; i++) work(run++);
            allocated[window] = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Xunit.Assert.True(allocated.Contains(0), $"bytes allocated in {Windows} windows of {runs} runs: {string.Join(", ", allocated)}");
    }
}

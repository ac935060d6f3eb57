// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors;

/// <summary>The items of one loop, which several workers take at the same time: from the front and from the back, by compare-and-swap.</summary>
internal sealed class SharedLoop
{
    private Action<int, int>? _body;

    // The items that nobody took yet: the first in the lower half, the one after the last in the upper. A worker that comes late finds none, or takes one
    // of the loop that runs now.
    private long _left;
    private int _unfinished;

    /// <summary>Whether there are items that nobody took yet.</summary>
    public bool HasItems => Volatile.Read(ref _left) is var left && (int)left != (int)(left >> 32);

    /// <summary>Items that are not done yet.</summary>
    public int Unfinished => Volatile.Read(ref _unfinished);

    /// <summary>Offers items; the loop before must be done.</summary>
    public void Open(int items, Action<int, int> body)
    {
        _body = body;
        _unfinished = items;
        Interlocked.Exchange(ref _left, (long)items << 32);
    }

    /// <summary>Lets go of the body of a loop that is done.</summary>
    public void Close() => _body = null;

    /// <summary>Takes an item: workers of even number the first, the others the last. Until the item is done the loop cannot end, so its body stands still.</summary>
    /// <param name="worker">Who takes.</param>
    /// <param name="item">The item.</param>
    /// <param name="isLast">Whether it was the last that was left.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryTake(int worker, out int item, out bool isLast)
    {
        while (true)
        {
            long left = Volatile.Read(ref _left);
            int first = (int)left, end = (int)(left >> 32);
            bool fromFront = (worker & 1) == 0;
            item = fromFront ? first : end - 1;
            isLast = first + 1 == end;
            if (first == end) return false;
            long rest = fromFront ? left + 1 : left - (1L << 32);
            if (Interlocked.CompareExchange(ref _left, rest, left) == left) return true;
        }
    }

    /// <summary>Runs the body for an item that was taken.</summary>
    public void Run(int item, int worker) => _body!(item, worker);

    /// <summary>Marks an item as done; says whether it was the last.</summary>
    public bool Finish() => Interlocked.Decrement(ref _unfinished) == 0;
}

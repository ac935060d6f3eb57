// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Tests;

/// <summary>A context for each number of threads and width, for the tests of a class one after the other: threads take longer to start and to end than small layers to run.</summary>
public sealed class ComputeContexts : IDisposable
{
    private readonly Dictionary<(int Threads, VectorWidth Width), ComputeContext> _contexts = [];

    public ComputeContext Of(int threads, VectorWidth width)
    {
        if (!_contexts.TryGetValue((threads, width), out ComputeContext? context)) _contexts.Add((threads, width), context = new ComputeContext(threads, width));
        return context;
    }

    public void Dispose()
    {
        foreach (ComputeContext context in _contexts.Values) context.Dispose();
    }
}

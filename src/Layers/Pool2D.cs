// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// A layer that only pools: <c>[H, W, C]</c> to <c>[(H - rows) / stride + 1, (W - columns) / stride + 1, C]</c>. It has no kernel, so it
/// takes neither kernel nor padding arguments.
/// </summary>
public abstract class Pool2D : Layer
{
    private protected Pool2D(PoolWindow window, string? name)
        : base(name)
    {
        Window = window;
        var check = new LimitCheck(Where);
        window.Check(check);
        check.ThrowIfAny();
    }

    /// <summary>The pooling window.</summary>
    public PoolWindow Window { get; }

    /// <inheritdoc/>
    public override string Settings => $"pool {Window.Settings}";

    internal override SampleShape Infer(SampleShape input, string where)
    {
        var check = new LimitCheck(where);
        ShapeRules.CheckMap(check, input, "input");
        return Window.Infer(input, check);
    }

    internal override Variable Record(Tape tape, Variable input, ImmutableArray<Parameter> parameters, int layerIndex) =>
        PoolRecorder.Record(tape, input, Window);
}

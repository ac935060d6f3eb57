// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Layers;

/// <summary>
/// A layer that only pools: <c>[H, W, C]</c> to <c>[(H - rows) / stride + 1, (W - columns) / stride + 1, C]</c>; in one dimension <c>[L, 1, C]</c> to
/// <c>[(L - length) / stride + 1, 1, C]</c>. It has no kernel, so it takes neither kernel nor padding arguments.
/// </summary>
public abstract class Pool : Layer
{
    private readonly bool _oneDimensional;

    private protected Pool(PoolWindow window, bool oneDimensional, string? name)
        : base(name)
    {
        Window = window;
        _oneDimensional = oneDimensional;
        var check = new LimitCheck(Where);
        window.Check(check);
        check.ThrowIfAny();
    }

    /// <summary>The pooling window; one column in one dimension.</summary>
    public PoolWindow Window { get; }

    /// <inheritdoc/>
    public override string Settings => $"pool {Window.Settings}";

    internal override SampleShape Infer(SampleShape input, string where)
    {
        if (_oneDimensional) ShapeRules.CheckLine(input, where);
        var check = new LimitCheck(where);
        ShapeRules.CheckMap(check, input, "input");
        return Window.Infer(input, check);
    }

    internal override Variable Record(Tape tape, Variable input, ImmutableArray<Parameter> parameters, int layerIndex) =>
        PoolRecorder.Record(tape, input, Window);
}

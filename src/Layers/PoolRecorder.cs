// SPDX-License-Identifier: MIT
using Ai8x.Autograd;

namespace Ai8x.Layers;

/// <summary>Step 1 of numerics.md section 12.1: pooling, and a clamp to ±1 after an average.</summary>
internal static class PoolRecorder
{
    public static Variable Record(Tape tape, Variable input, PoolWindow window)
    {
        if (window.Kind == PoolKind.Max) return tape.MaxPool(input, window.Size.Rows, window.Size.Columns, window.Stride);
        Variable mean = tape.AveragePool(input, window.Size.Rows, window.Size.Columns, window.Stride);
        return tape.Clamp(mean, -OutputStage.Bound, OutputStage.Bound);
    }
}

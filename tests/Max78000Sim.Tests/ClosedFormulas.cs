// SPDX-License-Identifier: MIT
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Tests;

/// <summary>Cycles of a layer by the closed formulas of latency.md section 3, in its symbols.</summary>
internal static class ClosedFormulas
{
    public static long Cycles(LayerGeometry layer)
    {
        long hp = layer.Rows, wp = layer.Columns, m = layer.Passes, e = layer.Operands, window = layer.PoolRows * layer.PoolColumns;
        long kr = layer.KernelRows, kc = layer.KernelColumns, pr = layer.PadRows, pc = layer.PadColumns, o = layer.Slots, f = layer.ExtendedPasses ? 1 : 0;
        long pad = layer.PoolLast ? m * 2 : m * e * 2;
        long dat = layer.PoolLast ? m * (e * window + 1) : m * e * (window + 1);
        if (layer.PassThrough)
            return f + hp * wp * (dat + m * o);
        long x = layer.PoolLast ? m : 1;
        long wo = wp + 2 * pc - kc + 1;
        long top = 2 * pc * (pad + 1) + wp * x * (pad + 1);
        long noconv = 2 * pc * (pad + 1) + wp * x * (dat + 1);
        long conv = pc * (pad + 1) + (kc - 1 - pc) * x * (dat + 1) + (wo - pc) * x * dat + pc * pad;
        long bottom = pc * (pad + 1) + (kc - 1 - pc) * x * (pad + 1) + (wo - pc) * x * pad + pc * pad;
        long output = m * wo * o + (o == 1 && m == 1 ? 1 : 0);
        long preRead = layer.PoolLast ? ((hp + 2 * pr - kc + 1) * pc + (wp + 2 * pc - kr + 1) * pr - pr * pc) * layer.FirstKernelWord : 0;
        return f + pr * top + (kr - 1 - pr) * noconv + (hp - (kr - 1 - pr)) * (conv + output) + pr * (bottom + output) + preRead;
    }
}

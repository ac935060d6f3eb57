// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim.Engine;

namespace Ai8x.Max78000Sim.Timing;

/// <summary>Takes the sequencer's numbers from a decoded layer.</summary>
internal static class SequencerGeometry
{
    public static LayerGeometry Of(LayerConfiguration layer) => new()
    {
        Rows = layer.ImageRows,
        Columns = layer.ImageColumns,
        PoolRows = layer.PoolEnabled ? layer.PoolRows : 1,
        PoolColumns = layer.PoolEnabled ? layer.PoolColumns : 1,
        PoolStride = layer.Stride,
        KernelRows = layer.PassThrough ? 1 : layer.KernelRows,
        KernelColumns = layer.PassThrough ? 1 : layer.KernelColumns,
        PadRows = layer.PadRows,
        PadColumns = layer.PadColumns,
        Passes = layer is { PassThrough: true, PoolEnabled: true } ? 2 * layer.Passes - 1 : layer.Passes,
        Operands = layer.Operands,
        Slots = layer.SlotStates,
        PassThrough = layer.PassThrough,
        PoolLast = !layer.PoolFirst,
        ExtendedPasses = layer.Flatten,
        FirstKernelWord = layer.GridStart / MemoryMap.KernelWordBytes,
    };
}

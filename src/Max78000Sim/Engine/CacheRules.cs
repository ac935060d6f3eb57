// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>
/// The row caches must hold what a layer puts there: for each pass the pixels of a row that a window still needs (machine.md section 5.5). Layers with one-dimensional or 1x1 kernels
/// keep no rows, unless they stream behind another layer.
/// </summary>
internal static class CacheRules
{
    public static void Check(LayerConfiguration layer)
    {
        int needed = Needed(layer);
        int given = layer.CacheEnd - layer.CacheStart + 1;
        if (given < needed)
        {
            throw Fault(
                layer, "tptr_max",
                $"the layer keeps {needed} pixels of a row in the row cache, but its part of the cache, {layer.CacheStart} to {layer.CacheEnd}, has {given} words");
        }

        long last = layer.CacheStart + (long)given * layer.Passes - 1;
        if (needed > 0 && last >= MemoryMap.TransferWords)
        {
            throw Fault(
                layer, "tptr_max",
                $"{given} pixels of a row in {layer.Passes} passes end at word {last} of the row cache, which has {MemoryMap.TransferWords}");
        }
    }

    private static int Needed(LayerConfiguration layer)
    {
        if (layer.PassThrough || layer.OneDimensional || layer.KernelTaps == 1)
            return 0;
        return Math.Max(0, layer.ImageColumns + 2 * layer.PadColumns - layer.KernelColumns) + 1;
    }

    private static SimulationException Fault(LayerConfiguration layer, string field, string message) =>
        new(SimulationFault.CacheOverflow, message, new FaultContext(Register: LayerRegisters.TransferPointer.Name, Field: field, Layer: layer.Index));
}

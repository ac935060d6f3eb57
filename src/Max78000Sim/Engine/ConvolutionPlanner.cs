// SPDX-License-Identifier: MIT
using Ai8x.Device.Registers;
using Ai8x.Max78000Sim.Memories;

namespace Ai8x.Max78000Sim.Engine;

/// <summary>Takes a layer's kernels and biases out of their memories (machine.md sections 7.1, 8 and 11.5).</summary>
internal sealed class ConvolutionPlanner(LayerConfiguration layer, KernelMemory kernels, BiasMemory biases)
{
    /// <summary>Sums up to this magnitude are computed; real networks stay below 2^29.</summary>
    private const long MaximumSum = 1 << 30;

    /// <summary>Weight of one bias unit in the sum.</summary>
    private const int BiasUnit = 128;

    public ConvolutionPlan Plan(InputPlan input, OutputPlan output)
    {
        CheckExtent(input);
        var plan = new ConvolutionPlan(layer, input, output.Blocks);
        var bounds = new long[layer.Slots];
        var loaded = new bool[layer.Slots];
        for (int channel = 0; channel < input.Channels.Length; channel++)
            AddChannel(plan, input, channel, bounds, loaded);
        for (int slot = 0; slot < layer.Slots; slot++)
            plan.IsDummy[slot] = !loaded[slot];
        AddBias(plan, bounds);
        int worst = Array.FindIndex(bounds, b => b > MaximumSum);
        if (worst >= 0)
        {
            throw new SimulationException(
                SimulationFault.AccumulatorOverflow, $"the sum of output slot {worst} may reach {bounds[worst]}, beyond {MaximumSum}",
                new FaultContext(Layer: layer.Index));
        }

        return plan;
    }

    private void CheckExtent(InputPlan input)
    {
        int last = layer.GridStart + layer.KernelTaps * ((layer.Kernels - 1) * layer.WeightBits / 8) + layer.KernelTaps - 1;
        if (last >= KernelMemory.GridBytes && input.Channels.Length > 0)
        {
            throw new SimulationException(
                SimulationFault.KernelOutsideMemory,
                $"the kernels end at byte {last} of the kernel memory, which has {KernelMemory.GridBytes}",
                new FaultContext(Register: LayerRegisters.MaskCount.Name, Layer: layer.Index));
        }

        foreach (QuadrantConfiguration quadrant in layer.Quadrants)
        {
            if ((quadrant.Summed || layer.QuadFanOut) && quadrant.BiasEnabled && quadrant.BiasPointer >= MemoryMap.BiasBytes)
            {
                throw new SimulationException(
                    SimulationFault.BiasOutsideMemory,
                    $"the bias of quadrant {quadrant.Quadrant} starts at byte {quadrant.BiasPointer}; the bias memory has {MemoryMap.BiasBytes}",
                    new FaultContext(Register: LayerRegisters.Post.Name, Field: "bptr_sad", Layer: layer.Index));
            }
        }
    }

    private void AddChannel(ConvolutionPlan plan, InputPlan input, int channel, long[] bounds, bool[] loaded)
    {
        (int processor, int pass, _) = input.Channels[channel];
        ReadOnlySpan<byte> grid = kernels.Grid(processor);
        int taps = layer.KernelTaps;

        Span<int> offsets = stackalloc int[taps];
        for (int tap = 0; tap < taps; tap++)
            offsets[tap] = plan.WeightOffset(tap / layer.KernelColumns, tap % layer.KernelColumns * input.Channels.Length + channel);

        // With quad fan-out each quadrant computes every fourth slot.
        int step = layer.QuadFanOut ? MemoryMap.Quadrants : 1;
        int first = layer.QuadFanOut ? processor / MemoryMap.ProcessorsPerQuadrant : 0;
        for (int slot = first; slot < layer.Slots; slot += step)
        {
            int bit = (slot / step * layer.Passes + pass) * layer.WeightBits;
            int start = layer.GridStart + taps * (bit / 8);
            bool head = CheckLoaded(plan, slot, processor, start / MemoryMap.KernelWordBytes);
            bool tail = CheckLoaded(plan, slot, processor, (start + taps - 1) / MemoryMap.KernelWordBytes);
            loaded[slot] |= head || tail;
            if (!head || !tail)
                continue;
            Span<short> weights = plan.Weights.AsSpan(plan.SlotStart(slot));
            int total = 0;
            for (int tap = 0; tap < taps; tap++)
            {
                int weight = Arithmetic.Weight(grid[start + taps - 1 - tap], bit % 8, layer.WeightBits);
                weights[offsets[tap]] = (short)weight;
                total += Math.Abs(weight);
            }

            bounds[slot] += total * 128L;
        }
    }

    private bool CheckLoaded(ConvolutionPlan plan, int slot, int processor, int word)
    {
        if (kernels.IsLoaded(processor, word))
            return true;
        plan.Missing[slot] ??= new MissingPiece(false, processor, word);
        return false;
    }

    private void AddBias(ConvolutionPlan plan, long[] bounds)
    {
        int step = layer.QuadFanOut ? MemoryMap.Quadrants : 1;
        foreach (QuadrantConfiguration quadrant in layer.Quadrants.Where(q => (q.Summed || layer.QuadFanOut) && q.BiasEnabled))
        {
            for (int slot = layer.QuadFanOut ? quadrant.Quadrant : 0; slot < layer.Slots; slot += step)
            {
                int index = quadrant.BiasPointer + layer.SkippedBias + slot / step;
                if (index >= MemoryMap.BiasBytes || !biases.IsLoaded(quadrant.Quadrant, index))
                {
                    plan.Missing[slot] ??= new MissingPiece(true, quadrant.Quadrant, index);
                    continue;
                }

                int bias = (sbyte)biases.Load(quadrant.Quadrant, index) * BiasUnit;
                plan.AddBias(slot, bias);
                bounds[slot] += Math.Abs(bias);
            }
        }
    }
}

// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
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
        int[] offsets = Offsets(plan, input.Channels.Length);
        bool whole = !layer.QuadFanOut && input.Channels.All(AreLoaded);
        for (int first = 0; whole && first < layer.Slots; first += ConvolutionPlan.GroupSlots)
            AddGroup(plan, input.Channels, offsets, first, bounds);
        if (whole)
            Array.Fill(loaded, input.Channels.Length > 0);
        for (int channel = 0; !whole && channel < input.Channels.Length; channel++)
            AddChannel(plan, input, channel, offsets, bounds, loaded);
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

        plan.MinimalFilter = MinimalFilterPlan.For(layer, plan, input.Channels.Length);
        return plan;
    }

    /// <summary>The last position of the kernel byte grid that the layer takes.</summary>
    private int LastByte => layer.GridStart + layer.KernelTaps * ((layer.Kernels - 1) * layer.WeightBits / 8) + layer.KernelTaps - 1;

    private void CheckExtent(InputPlan input)
    {
        int last = LastByte;
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

    /// <summary>True if all words that a processor needs were loaded.</summary>
    private bool AreLoaded(InputChannel channel) =>
        kernels.AreLoaded(channel.Processor, layer.GridStart / MemoryMap.KernelWordBytes, LastByte / MemoryMap.KernelWordBytes);

    /// <summary>For each byte of a kernel and each channel where it goes, relative to its slot. The least significant byte belongs to the last tap.</summary>
    private int[] Offsets(ConvolutionPlan plan, int channels)
    {
        int taps = layer.KernelTaps;
        var offsets = new int[taps * channels];
        for (int tap = 0; tap < taps; tap++)
        {
            for (int channel = 0; channel < channels; channel++)
                offsets[(taps - 1 - tap) * channels + channel] = plan.WeightOffset(tap / layer.KernelColumns, tap % layer.KernelColumns * channels + channel);
        }

        return offsets;
    }

    /// <summary>Takes the kernels of sixteen slots, where all are loaded, channel by channel: its bytes stand side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void AddGroup(ConvolutionPlan plan, InputChannel[] channels, ReadOnlySpan<int> offsets, int first, long[] bounds)
    {
        const int Group = ConvolutionPlan.GroupSlots;
        int taps = layer.KernelTaps, bits = layer.WeightBits, passes = layer.Passes, count = Math.Min(Group, bounds.Length - first);
        int* totals = stackalloc int[Group];
        new Span<int>(totals, Group).Clear();
        fixed (short* target = plan.Weights)
        fixed (int* starts = plan.SlotStarts.AsSpan(first, count))
        {
            for (int channel = 0; channel < channels.Length; channel++)
            {
                int bit = (first * passes + channels[channel].Pass) * bits;
                ReadOnlySpan<byte> grid = kernels.Grid(channels[channel].Processor)[layer.GridStart..];
                for (int tap = 0; tap < taps; tap++)
                {
                    short* weights = target + offsets[tap * channels.Length + channel];
                    if (bits == 8)
                        AddBytes(grid[(tap + taps * (bit >> 3))..], taps * passes, weights, starts, count, totals);
                    else
                        AddBits(grid[tap..], bit, weights, starts, count, totals);
                }
            }
        }

        for (int i = 0; i < count; i++)
            bounds[first + i] += totals[i] * 128L;
    }

    /// <summary>One tap of one channel for some slots, whose weights are bytes at equal distances.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void AddBytes(ReadOnlySpan<byte> grid, int step, short* weights, int* starts, int count, int* totals)
    {
        if ((count - 1) * step >= grid.Length)
            throw new ArgumentException("The kernels end outside the memory.");
        fixed (byte* source = grid)
        {
            sbyte* from = (sbyte*)source;
            for (int i = 0; i < count; i++, from += step)
            {
                int weight = *from;
                weights[starts[i]] = (short)weight;
                totals[i] += Magnitude(weight);
            }
        }
    }

    /// <summary>One tap of one channel for some slots, whose weights are parts of bytes.</summary>
    private unsafe void AddBits(ReadOnlySpan<byte> grid, int bit, short* weights, int* starts, int count, int* totals)
    {
        for (int i = 0; i < count; i++, bit += layer.Passes * layer.WeightBits)
        {
            int weight = Arithmetic.Weight(grid[layer.KernelTaps * (bit >> 3)], bit & 7, layer.WeightBits);
            weights[starts[i]] = (short)weight;
            totals[i] += Magnitude(weight);
        }
    }

    /// <summary>The absolute value without a branch: the signs of weights are hard to predict.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Magnitude(int weight) => (weight ^ weight >> 31) - (weight >> 31);

    /// <summary>Takes the kernels of one processor and pass, as far as they are loaded.</summary>
    private void AddChannel(ConvolutionPlan plan, InputPlan input, int channel, int[] offsets, long[] bounds, bool[] loaded)
    {
        (int processor, int pass, _) = input.Channels[channel];
        ReadOnlySpan<byte> grid = kernels.Grid(processor);
        int taps = layer.KernelTaps, bits = layer.WeightBits;

        // With quad fan-out each quadrant computes every fourth slot.
        int step = layer.QuadFanOut ? MemoryMap.Quadrants : 1;
        int first = layer.QuadFanOut ? processor / MemoryMap.ProcessorsPerQuadrant : 0;
        for (int slot = first; slot < bounds.Length; slot += step)
        {
            int bit = (slot / step * layer.Passes + pass) * bits;
            int start = layer.GridStart + taps * (bit / 8);
            if (!CheckLoaded(plan, slot, processor, start, loaded))
                continue;
            int total = 0;
            for (int tap = 0; tap < taps; tap++)
            {
                int weight = Arithmetic.Weight(grid[start + tap], bit % 8, bits);
                plan.Weights[plan.SlotStarts[slot] + offsets[tap * input.Channels.Length + channel]] = (short)weight;
                total += Math.Abs(weight);
            }

            bounds[slot] += total * 128L;
        }
    }

    /// <summary>True if all words that hold a kernel were loaded; otherwise the first that is missing is noted.</summary>
    private bool CheckLoaded(ConvolutionPlan plan, int slot, int processor, int start, Span<bool> loaded)
    {
        bool head = CheckLoaded(plan, slot, processor, start / MemoryMap.KernelWordBytes);
        bool tail = CheckLoaded(plan, slot, processor, (start + layer.KernelTaps - 1) / MemoryMap.KernelWordBytes);
        loaded[slot] |= head || tail;
        return head && tail;
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

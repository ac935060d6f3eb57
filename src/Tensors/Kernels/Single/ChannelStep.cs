// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Kernels.Single;

/// <summary>One layer of a <see cref="ChannelProgram"/>, cut into items by its shape alone. Items of a step may run in any order and at once.</summary>
internal abstract class ChannelStep
{
    protected ChannelStep() => Body = (item, _) => Run(item);

    /// <summary>Number of items, at least 1.</summary>
    public virtual int Items => 1;

    /// <summary>Kept so that running allocates nothing.</summary>
    public Action<int, int> Body { get; }

    /// <summary>The image's memory; set once before the first run.</summary>
    public LaneMemory Memory { get; set; } = null!;

    public abstract void Run(int item);

    protected Span<float> Values(in ChannelMap map) => Memory.Region(map.Offset, map.Length);
}

/// <summary>A step with weights and biases, which it keeps packed.</summary>
internal abstract class ChannelWeightStep : ChannelStep
{
    /// <summary>Takes over weights <c>[O, I, taps]</c> and bias; packs them only if a bit has changed.</summary>
    /// <exception cref="ArgumentException">There are more or fewer of them.</exception>
    public abstract void Update(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias);
}

/// <summary>A step that is a few lines over whole maps.</summary>
internal sealed class ChannelAction(Action<LaneMemory> action) : ChannelStep
{
    public override void Run(int item) => action(Memory);
}

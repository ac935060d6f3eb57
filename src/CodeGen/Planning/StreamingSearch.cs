// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.CodeGen.Placement;
using Ai8x.Device.Limits;
using Ai8x.Networks;
using Ai8x.Quant;

namespace Ai8x.CodeGen.Planning;

/// <summary>
/// Lets the fewest first layers stream with which a network that is too large for data memory finds room. Each streaming layer takes half as long again (latency.md section 3.5),
/// so that the fewest are also the fastest.
/// </summary>
internal sealed class StreamingSearch(QuantizedNetwork network, Func<NetworkDescription, QuantizedNetwork> quantize, PlanOptions options, IReadOnlyList<string> changes)
{
    private readonly ImmutableArray<StreamableLayer> _layers = StreamableLayer.Of(network);

    /// <summary>Searches for a plan with a number of streaming layers.</summary>
    /// <param name="length">The number, at least 1.</param>
    /// <param name="cancellation">Stops between choices.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="LimitException">So many layers cannot stream.</exception>
    public NetworkPlan Exactly(int length, CancellationToken cancellation)
    {
        StreamedPrefix prefix = StreamedPrefix.Of(_layers);
        if (!prefix.Lengths.Contains(length)) throw new LimitException(Refused(prefix, [Text($"{length} layers cannot stream together")]));
        (NetworkPlan? plan, _, string problem) = Try(length, Text($"{Streams(length)}, as was asked for"), cancellation);
        return plan ?? throw new LimitException(Refused(prefix, [problem]));
    }

    /// <summary>Searches for a plan with as few streaming layers as possible.</summary>
    /// <param name="without">The search without streaming, which found nothing.</param>
    /// <param name="cancellation">Stops between choices.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="LimitException">Data memory is not what is too small, or streaming does not help either; then a violation says why.</exception>
    public NetworkPlan Fewest(PlanSearch without, CancellationToken cancellation)
    {
        ImmutableArray<LimitViolation> refusal = without.Refusal;
        if (!refusal.All(violation => IsAboutData(violation.Rule))) throw new LimitException(refusal);
        StreamedPrefix prefix = StreamedPrefix.Of(_layers);
        long least = without.IsProvenEmpty ? long.MaxValue : without.LeastCycles;
        List<string> tried = [];
        foreach (int length in prefix.Lengths)
        {
            if (TooLarge(length) is string bytes)
            {
                tried.Add(bytes);
                continue;
            }

            (NetworkPlan? plan, long bound, string problem) = Try(length, Text($"{Streams(length)}, because without streaming there is no room in data memory"), cancellation);
            least = Math.Min(least, bound);
            if (plan is not null) return plan with { LeastCycles = Math.Min(plan.LeastCycles, least) };
            tried.Add(problem);
        }

        throw new LimitException([.. refusal, Refused(prefix, tried)]);
    }

    /// <summary>Whether a refusal is about room for data, which streaming may save.</summary>
    private static bool IsAboutData(LimitRule rule) => rule == DeviceLimits.InputMemory || rule == DeviceLimits.OutputMemory || rule == DeviceLimits.LiveData || rule == GeneratorLimits.PlannedPlace;

    private (NetworkPlan? Plan, long Bound, string Problem) Try(int length, string because, CancellationToken cancellation)
    {
        NetworkDescription description = network.Description with { Layers = [.. network.Description.Layers.Select((layer, i) => layer with { Streaming = i < length })] };
        try
        {
            QuantizedNetwork streamed = quantize(description);
            if (ShortRing(streamed, length) is string ring) return (null, long.MaxValue, ring);
            PlanSearch search = PlanSearch.Run(streamed, options, [.. changes, Change(because)], cancellation);
            return (search.Best, search.IsProvenEmpty ? long.MaxValue : search.LeastCycles, search.Best is null ? Clause(length, search.Refusal) : "");
        }
        catch (LimitException refused)
        {
            return (null, long.MaxValue, Clause(length, refused.Violations));
        }
    }

    /// <summary>The output of the last layer that streams lies in data memory as a whole.</summary>
    private string? TooLarge(int length)
    {
        StreamableLayer last = _layers[length - 1];
        long bytes = 4L * last.Output.Pixels * LayerShapes.Passes(last.Output.Channels) * (last.IsWide ? 4 : 1);
        return bytes <= DeviceLimits.DataInstanceBytes ? null : Text($"with {Layers(length)} streaming the output of layer {length - 1}, {last.Output}, takes {bytes:N0} of {DeviceLimits.DataInstanceBytes:N0} bytes of an instance");
    }

    /// <summary>
    /// The layer in front is ahead by the rows of a pooling window and two pixels at the most, for it goes on only where this layer cannot, and by another row while this layer is in
    /// its top padding, whose pixels wait as those of the first row do. With three passes and more that is longer than the ring, whose length grows with the rows but not with the passes
    /// (machine.md sections 12.1 and 12.2).
    /// </summary>
    private static string? ShortRing(QuantizedNetwork streamed, int length)
    {
        LayerPlacement[] models = LayerModels.Of(streamed, new(DataFormat.Hwc, InputPath.Fifo));
        for (int i = 1; i < length; i++)
        {
            HardwareLayer layer = models[i].Hardware;
            (int rows, int columns, int stride) = models[i].Layer.Pooling is { } pooling ? (pooling.Rows, pooling.Columns, pooling.Stride) : (1, 1, 1);
            int padding = layer.Padding.Rows > 0 ? stride * (layer.Pooled.Columns - 1) : 0;
            int ahead = ((rows - 1) * layer.Image.Columns + columns + 2 + padding) * models[i].InputPasses.Count;
            if (ahead > models[i].Stream!.Rollover) return Text($"with {Layers(length)} streaming the ring of layer {i} has {models[i].Stream!.Rollover} words, and in {models[i].InputPasses.Count} passes up to {ahead} have to wait in it");
        }

        return null;
    }

    private string Change(string because) => Text($"{because}: the input {_layers[0].Input} comes through a FIFO while the network runs, and of what flows between these layers a few rows are there at a time.");

    private static string Streams(int length) => length == 1 ? "Layer 0 streams" : Text($"Layers 0 to {length - 1} stream");

    private LimitViolation Refused(StreamedPrefix prefix, List<string> tried)
    {
        string end = prefix.Lengths.IsEmpty ? $"the first layers cannot stream: {prefix.Obstacle}" : $"{string.Join("; ", tried.Count <= 2 ? tried : [tried[0], tried[^1]])}; more layers cannot stream: {prefix.Obstacle}";
        return new(GeneratorLimits.PlannedStreaming, network.Description.Where(prefix.Layer), end, "Use fewer rows and columns, pool earlier, or let the first layers be padded convolutions that follow each other.");
    }

    private static string Layers(int length) => length == 1 ? "layer 0" : Text($"layers 0 to {length - 1}");

    private static string Clause(int length, ImmutableArray<LimitViolation> violations) => Text($"with {Layers(length)} streaming {violations[0].Where} breaks a rule ({violations[0].Rule.Id}: {violations[0].Actual})");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

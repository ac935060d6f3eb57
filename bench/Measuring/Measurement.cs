// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Ai8x.Bench.Measuring;

/// <summary>What <c>measure</c> found, one line of JSON.</summary>
/// <param name="Of">What was measured.</param>
/// <param name="Timing">Its time.</param>
/// <param name="Peak">Peak of the machine on as many threads, in GFLOP/s, the best seen so far.</param>
internal sealed record Measurement(MeasuredWork Of, Timing Timing, double Peak)
{
    public double ImagesPerSecond => Of.Batch / Timing.Median;

    public override string ToString() => "measurement " + JsonSerializer.Serialize(this);
}

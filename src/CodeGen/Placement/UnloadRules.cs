// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Placement;

/// <summary>The rules of what a description wants to be unloaded instead of the output layers (network-yaml.md section 1.1).</summary>
internal static class UnloadRules
{
    public static void Check(NetworkDescription description, SynthesisOptions options, List<LimitViolation> violations)
    {
        for (int i = 0; i < description.Unload.Length; i++)
        {
            UnloadRange range = description.Unload[i];
            string where = Text($"item {i} of unload in {description.Source}");
            ChannelPasses passes = ChannelPasses.Of(range.Channels, options.MaximumProcessors);
            if (range.Processors.Count != passes.PerPass)
            {
                violations.Add(new(GeneratorLimits.UnloadRange, where, Text($"processors {range.Processors} has {range.Processors.Count} for {range.Channels} channels in {passes.Count} pass(es)"), Text($"Choose a map of {passes.PerPass} processors.")));
            }

            // A 32-bit value has its words side by side, one for each lane.
            int words = range.Width / 8;
            long units = (long)range.Rows * range.Columns * passes.Count, end = range.Offset + 4 * ((units - 1) * words * (range.WriteGap + 1L) + words);
            if (end > DeviceLimits.DataInstanceBytes) violations.Add(new(GeneratorLimits.UnloadRange, where, Text($"it begins at 0x{range.Offset:x4} and ends at byte {end}"), "Correct dim, offset or write_gap."));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

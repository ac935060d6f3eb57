// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Keys of a layer that the language has, but that must keep their default here: not supported yet, or not on this device.</summary>
internal static class RefusedKeys
{
    private const string NotYet = "is not supported yet";
    private const string NotHere = "does not exist on the MAX78000";

    /// <summary>Key, the spellings of its default, and why anything else is refused.</summary>
    private static readonly (string Key, string[] Defaults, string Reason)[] Table =
    [
        ("eltwise", [], NotYet),
        ("operands", ["1"], NotYet),
        ("pool_first", ["true", "yes", "on"], NotYet),
        ("stride", ["1", "1,1"], "must be 1: " + DeviceLimits.ConvolutionStride.Sentence.TrimEnd('.')),
        ("dilation", ["1", "1,1"], "above 1 is not supported yet; on the device it exists for one-dimensional convolutions only"),
        ("pool_dilation", ["1", "1,1"], "above 1 " + NotHere),
        ("in_crop", ["0,0"], NotYet),
        ("in_sequences", [], NotYet),
        ("next_sequence", [], "other than the following layer " + NotHere),
        ("write_gap", ["0"], NotYet),
        ("read_gap", ["0"], NotHere),
        ("streaming", ["false", "no", "off"], NotYet),
        ("weight_source", [], NotYet),
        ("buffer_shift", [], NotYet),
        ("buffer_insert", [], NotYet),
        ("groups", ["1"], NotHere),
        ("output_pad", ["0"], "belongs to transposed convolutions, which are not supported yet"),
        ("bypass", ["false", "no", "off"], NotHere),
        ("calcx4", ["false", "no", "off"], NotHere),
        ("readahead", ["false", "no", "off"], NotHere),
        ("tcalc", ["false", "no", "off"], NotHere),
        ("snoop_sequence", [], NotHere),
        ("simulated_sequence", [], NotYet),
        ("in_channel_skip", ["0"], NotYet),
    ];

    /// <summary>Reports each of these keys that has another value than its default.</summary>
    public static void Check(IReadOnlyDictionary<string, (YamlScalar Key, YamlNode Value)> layer, ErrorList errors)
    {
        foreach ((string key, string[] defaults, string reason) in Table)
        {
            if (!layer.TryGetValue(key, out (YamlScalar Key, YamlNode Value) entry)) continue;
            if (!defaults.Contains(Plain(entry.Value))) errors.Add(entry.Key, $"{entry.Key.Value} {reason}. Remove the key.");
        }
    }

    private static string Plain(YamlNode node) => node switch
    {
        YamlScalar scalar => scalar.Value.ToLowerInvariant(),
        YamlList list when list.Items.All(item => item is YamlScalar) => string.Join(',', list.Items.Select(Plain)),
        _ => "(compound)",
    };
}

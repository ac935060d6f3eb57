// SPDX-License-Identifier: MIT
using System.Collections.Frozen;

namespace Ai8x.CodeGen.Yaml;

/// <summary>The keys of the description language and their aliases (network-yaml.md sections 1.1 and 2).</summary>
internal static class DescriptionKeys
{
    /// <summary>Keys at the top of a description.</summary>
    public static FrozenDictionary<string, string> Network { get; } = Table(
        "arch", "dataset", "layers", "output_map", "unload", "data_buffer", "weights", "bias", "snoop");

    /// <summary>Keys of a layer, each alias with its main name; main names stand for themselves.</summary>
    public static FrozenDictionary<string, string> Layer { get; } = Table(
        "name", "sequence", "processors", "output_processors", "op operation operator convolution", "eltwise", "operands", "pool_first", "activate activation",
        "kernel_size", "pad", "stride", "dilation", "max_pool", "avg_pool", "pool_stride", "pool_dilation", "in_channels", "in_dim", "in_crop", "in_offset",
        "out_channels", "out_offset", "in_sequences", "next_sequence", "write_gap", "read_gap in_skip", "output_width", "output_shift", "quantization",
        "data_format", "flatten", "streaming", "bias_group bias_quadrant", "output", "weight_source", "buffer_shift", "buffer_insert", "groups conv_groups",
        "output_pad", "bypass", "calcx4", "readahead", "tcalc", "snoop_sequence", "simulated_sequence", "in_channel_skip");

    /// <summary>Keys of an item of <c>unload</c>.</summary>
    public static FrozenDictionary<string, string> Unload { get; } = Table("processors", "channels", "dim", "offset", "width", "write_gap");

    /// <summary>Keys of an item of <c>data_buffer</c>.</summary>
    public static FrozenDictionary<string, string> DataBuffer { get; } = Table("processors", "channels", "dim", "offset", "name", "width");

    private static FrozenDictionary<string, string> Table(params string[] rows) => rows
        .Select(row => row.Split(' '))
        .SelectMany(names => names.Select(name => KeyValuePair.Create(name, names[0])))
        .ToFrozenDictionary(StringComparer.Ordinal);
}

// SPDX-License-Identifier: MIT
using System.Collections.Frozen;
using System.Collections.Immutable;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Reads the parts of data memory that are described outside the layers: <c>unload</c> and <c>data_buffer</c> (network-yaml.md sections 1.1 and 6).</summary>
internal sealed class RegionReader(KeyedValues network)
{
    private static readonly string[] Mandatory = ["processors", "channels", "dim", "offset"];

    public ImmutableArray<UnloadRange> Unload() => [.. Items("unload", "An item of unload", DescriptionKeys.Unload, Mandatory).Select(Range)];

    public ImmutableArray<DataBuffer> Buffers()
    {
        ImmutableArray<DataBuffer>.Builder buffers = ImmutableArray.CreateBuilder<DataBuffer>();
        foreach (KeyedValues item in Items("data_buffer", "A data buffer", DescriptionKeys.DataBuffer, [.. Mandatory, "name"]))
        {
            string name = item.Text("name") ?? "";
            LayerNames.CheckReserved(item, name);
            if (name.Length > 0 && buffers.Any(other => name.Equals(other.Name, StringComparison.OrdinalIgnoreCase)))
            {
                item.Errors.Add(item.At("name"), DescriptionRules.Unique, "Each layer and each data buffer has its own name; upper and lower case count as the same.", $"another data buffer is also named '{name}'", "Rename one of the two.");
            }

            UnloadRange range = Range(item);
            buffers.Add(new DataBuffer(name, range.Processors, range.Channels, range.Rows, range.Columns, range.Offset, range.Width));
        }

        return buffers.ToImmutable();
    }

    private List<KeyedValues> Items(string key, string owner, FrozenDictionary<string, string> keys, string[] mandatory)
    {
        List<KeyedValues> items = [];
        if (network.Node(key) is not YamlNode node) return items;
        if (node is not YamlList { Items: [_, ..] and var nodes } || nodes.Any(item => item is not YamlMapping))
        {
            network.WrongType(key, node, "a list of mappings");
            return items;
        }

        foreach (YamlMapping mapping in nodes.Cast<YamlMapping>())
        {
            KeyedValues item = new(mapping, owner, keys, network.Errors);
            string[] missing = [.. mandatory.Where(name => !item.Has(name))];
            if (missing.Length > 0) item.Errors.Add(item.Self, DescriptionRules.MissingKey, $"{owner} has {string.Join(", ", mandatory)}.", $"{string.Join(", ", missing)} {(missing.Length == 1 ? "is" : "are")} missing", "Add what is missing.");
            items.Add(item);
        }

        return items;
    }

    // Items with errors get stand-in values; they never reach the description.
    private static UnloadRange Range(KeyedValues item)
    {
        (int rows, int columns) = item.Dimensions("dim") ?? (1, 1);
        return new UnloadRange(
            item.Map("processors") ?? new ProcessorMap(1),
            item.Channels("channels") ?? 1,
            rows,
            columns,
            item.Offset("offset") ?? 0,
            item.Width("width", DeviceLimits.OutputWidth, 8, 32) ?? 8,
            item.Integer("write_gap", 0, DeviceLimits.DataInstanceBytes / 4 - 1) ?? 0);
    }
}

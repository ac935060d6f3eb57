// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Yaml;

/// <summary>Reads the top level of a network description (network-yaml.md section 1).</summary>
internal sealed class NetworkReader(string sourceName)
{
    private const string TestArchitecture = "test";

    private static readonly KeyTable Keys = new(
        ["arch"], ["dataset"], ["layers"], ["output_map"], ["unload"], ["data_buffer"], ["weights"], ["bias"], ["snoop"]);

    private readonly ErrorList _errors = new(sourceName);
    private readonly List<string> _notices = [];

    public NetworkDescription Read(string text)
    {
        YamlNode root = new YamlTree(sourceName).Read(text);
        if (root is not YamlMapping mapping)
        {
            _errors.Add(root, $"A network description is a mapping with the keys arch, dataset and layers.");
            _errors.ThrowIfAny();
            throw new InvalidOperationException();
        }

        Dictionary<string, (YamlScalar Key, YamlNode Value)> keys = Keys.Sort(mapping, "of a network description", _errors);
        var scalars = new Scalars(_errors);
        string? architecture = Mandatory("arch") is YamlNode arch ? scalars.Text("arch", arch) : null;
        string? dataset = Mandatory("dataset") is YamlNode data ? scalars.Text("dataset", data) : null;
        List<LayerDescription> layers = Mandatory("layers") is YamlNode list ? Layers(list) : [];
        ProcessorMap? outputMap = keys.TryGetValue("output_map", out (YamlScalar Key, YamlNode Value) map) ? scalars.Map("output_map", map.Value) : null;
        Refused(keys, architecture);
        _errors.ThrowIfAny();
        return new NetworkDescription
        {
            Source = sourceName,
            Architecture = architecture!,
            Dataset = dataset!,
            Layers = [.. layers],
            OutputMap = outputMap,
            Notices = [.. _notices],
        };

        YamlNode? Mandatory(string key)
        {
            if (keys.TryGetValue(key, out (YamlScalar Key, YamlNode Value) entry)) return entry.Value;
            _errors.Add(mapping, $"The key {key} is missing.");
            return null;
        }
    }

    private List<LayerDescription> Layers(YamlNode node)
    {
        if (node is not YamlList { Items.Count: > 0 } list)
        {
            _errors.Add(node, $"layers must be a list with at least one layer.");
            return [];
        }

        if (list.Items.Count > DeviceLimits.MaximumLayers)
        {
            _errors.Add(list.Items[DeviceLimits.MaximumLayers], $"{DeviceLimits.Layers.Sentence} Here are {list.Items.Count}. Describe fewer layers.");
            return [];
        }

        var reader = new LayerReader(_errors, _notices, sourceName);
        SortedDictionary<int, LayerDescription> layers = [];
        Dictionary<string, int> names = new(StringComparer.OrdinalIgnoreCase);
        int next = 0;
        foreach (YamlNode item in list.Items)
        {
            if (item is not YamlMapping mapping)
            {
                _errors.Add(item, $"A layer must be a mapping of keys.");
                continue;
            }

            (LayerDescription layer, int? sequence) = reader.Read(mapping);
            CheckName(layer, mapping, names);
            next = sequence ?? next;
            if (next >= DeviceLimits.MaximumLayers) _errors.Add(mapping, $"{DeviceLimits.Layers.Sentence} Here sequence comes to {next}. Use lower numbers.");
            else if (!layers.TryAdd(next, layer)) _errors.Add(mapping, $"The sequence number {next} is taken by the layer in line {layers[next].Line}. Choose another one.");
            next++;
        }

        return [.. layers.Values];
    }

    private void CheckName(LayerDescription layer, YamlMapping mapping, Dictionary<string, int> names)
    {
        if (layer.Name is null) return;
        YamlNode place = mapping.Entries.First(entry => entry.Key.Value == "name").Value;
        if (layer.Name.ToUpperInvariant() is "STOP" or "INPUT") _errors.Add(place, $"The name {layer.Name} has a meaning of its own. Choose another one.");
        else if (layer.Name.Any(char.IsControl)) _errors.Add(place, $"A name has one line without control characters.");
        else if (!names.TryAdd(layer.Name, place.Line)) _errors.Add(place, $"The name {layer.Name} is taken by the layer in line {names[layer.Name]}. Choose another one.");
    }

    private void Refused(Dictionary<string, (YamlScalar Key, YamlNode Value)> keys, string? architecture)
    {
        if (keys.TryGetValue("unload", out (YamlScalar Key, YamlNode Value) unload)) _errors.Add(unload.Key, $"unload is not supported yet. Remove the key.");
        if (keys.TryGetValue("data_buffer", out (YamlScalar Key, YamlNode Value) buffer)) _errors.Add(buffer.Key, $"data_buffer is not supported yet. Remove the key.");
        if (keys.TryGetValue("snoop", out (YamlScalar Key, YamlNode Value) snoop)) _errors.Add(snoop.Key, $"snoop does not exist on the MAX78000. Remove the key.");
        foreach (string name in new[] { "weights", "bias" })
        {
            if (!keys.TryGetValue(name, out (YamlScalar Key, YamlNode Value) entry)) continue;
            if (!TestArchitecture.Equals(architecture, StringComparison.OrdinalIgnoreCase)) _errors.Add(entry.Key, $"{name} belongs to arch: test. Remove the key.");
            else _notices.Add(string.Create(CultureInfo.InvariantCulture, $"{sourceName} line {entry.Key.Line}: {name} is only a label here; the arrays come from the folder that is given."));
        }
    }
}

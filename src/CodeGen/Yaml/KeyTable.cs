// SPDX-License-Identifier: MIT
namespace Ai8x.CodeGen.Yaml;

/// <summary>A set of keys with their aliases.</summary>
internal sealed class KeyTable
{
    private readonly Dictionary<string, string> _canonical = new(StringComparer.Ordinal);

    /// <summary>Makes a table.</summary>
    /// <param name="keys">One entry per key: its name and, behind it, its aliases.</param>
    public KeyTable(params ReadOnlySpan<string[]> keys)
    {
        foreach (string[] names in keys)
        {
            foreach (string name in names) _canonical.Add(name, names[0]);
        }
    }

    public string? Canonical(string name) => _canonical.GetValueOrDefault(name);

    public IEnumerable<string> Names => _canonical.Keys;

    /// <summary>Sorts a mapping by canonical key; unknown keys and keys given under two names are reported.</summary>
    public Dictionary<string, (YamlScalar Key, YamlNode Value)> Sort(YamlMapping mapping, string place, ErrorList errors)
    {
        Dictionary<string, (YamlScalar Key, YamlNode Value)> sorted = new(StringComparer.Ordinal);
        foreach ((YamlScalar key, YamlNode value) in mapping.Entries)
        {
            string? canonical = Canonical(key.Value);
            if (canonical is null)
            {
                errors.Add(key, $"{Scalars.Shown(key)} is no key {place}.{Yaml.Names.Suggestion(key.Value, Names)}");
            }
            else if (!sorted.TryAdd(canonical, (key, value)))
            {
                errors.Add(key, $"{key.Value} and {sorted[canonical].Key.Value} (line {sorted[canonical].Key.Line}) are the same key. Keep one.");
            }
        }

        return sorted;
    }
}

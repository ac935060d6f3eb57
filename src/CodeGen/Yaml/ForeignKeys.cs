// SPDX-License-Identifier: MIT

namespace Ai8x.CodeGen.Yaml;

/// <summary>
/// Refuses by name what the language has for another device; the value that means "not used" is accepted, so that descriptions which spell
/// out their defaults are read.
/// </summary>
internal sealed class ForeignKeys(KeyedValues values)
{
    public void CheckLayer()
    {
        foreach (string key in (ReadOnlySpan<string>)["bypass", "calcx4", "readahead", "tcalc"])
        {
            if (values.Boolean(key) is true) NotOnDevice(key);
        }

        if (values.Has("snoop_sequence")) NotOnDevice("snoop_sequence");
        if (values.Integer("read_gap", 0, int.MaxValue) is > 0) NotOnDevice("read_gap");
        if (values.Integer("groups", 1, int.MaxValue) is > 1) NotOnDevice("groups");
    }

    public void CheckNetwork()
    {
        if (values.Has("snoop")) NotOnDevice("snoop");
    }

    private void NotOnDevice(string key) => values.Errors.Add(
        values.At(key), DescriptionRules.NotOnDevice, $"{values.Spelling(key)} does not exist on the MAX78000.", values.Shown(key), "Remove the key.");
}

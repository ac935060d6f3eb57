// SPDX-License-Identifier: MIT
using Ai8x.Device.Limits;

namespace Ai8x.CodeGen.Yaml;

/// <summary>
/// Refuses by name what the language knows but this generator or this device has not; the value that means "not used" is accepted,
/// so that descriptions which spell out their defaults are read.
/// </summary>
internal sealed class UnsupportedKeys(KeyedValues values)
{
    public void CheckLayer(bool transposed)
    {
        if (values.Has("eltwise") && values.Choice("eltwise", "add", "sub", "or", "xor") is not null) NotYet("eltwise");
        IntegerDefault("operands", 1, int.MaxValue, 1);
        BooleanDefault("pool_first", true);
        Crop();
        IntegerDefault("write_gap", 0, int.MaxValue, 0);
        BooleanDefault("streaming", false);
        Absent("weight_source");
        Absent("buffer_shift");
        Absent("buffer_insert");
        Absent("simulated_sequence");
        IntegerDefault("in_channel_skip", 0, int.MaxValue, 0);
        CheckOutputPad(transposed);

        OtherDevice("bypass");
        OtherDevice("calcx4");
        OtherDevice("readahead");
        OtherDevice("tcalc");
        if (values.Has("snoop_sequence")) NotOnDevice("snoop_sequence");
        if (values.Integer("read_gap", 0, int.MaxValue) is > 0) NotOnDevice("read_gap");
        if (values.Integer("groups", 1, int.MaxValue) is > 1) NotOnDevice("groups");
    }

    public void CheckNetwork()
    {
        Absent("unload");
        Absent("data_buffer");
        if (values.Has("snoop")) NotOnDevice("snoop");
    }

    /// <summary>Reports a key, with the only value that is supported if there is one.</summary>
    private void NotYet(string key, string only = "") => values.Errors.Add(
        values.At(key),
        DescriptionRules.NotYet,
        only.Length == 0 ? $"{values.Spelling(key)} is not supported yet." : $"{values.Spelling(key)} is not supported yet other than {only}.",
        values.Shown(key),
        "Remove the key, or use a network without it.");

    private void NotOnDevice(string key) => values.Errors.Add(
        values.At(key), DescriptionRules.NotOnDevice, $"{values.Spelling(key)} does not exist on the MAX78000.", values.Shown(key), "Remove the key.");

    private void Absent(string key)
    {
        if (values.Has(key)) NotYet(key);
    }

    private void IntegerDefault(string key, int minimum, int maximum, int only)
    {
        if (values.Integer(key, minimum, maximum) is int value && value != only) NotYet(key, DescriptionText.Number(only));
    }

    private void BooleanDefault(string key, bool only)
    {
        if (values.Boolean(key) is bool value && value != only) NotYet(key, only ? "true" : "false");
    }

    private void OtherDevice(string key)
    {
        if (values.Boolean(key) is true) NotOnDevice(key);
    }

    private void Crop()
    {
        if (values.Node("in_crop") is not YamlNode node) return;
        if (node is not YamlList { Items.Count: 2 } list) values.WrongType("in_crop", node, "a list of two numbers");
        else if (values.Integer("in_crop", list.Items[0], 0, int.MaxValue) is int top && values.Integer("in_crop", list.Items[1], 0, int.MaxValue) is int bottom && (top, bottom) != (0, 0)) NotYet("in_crop", "[0, 0]");
    }

    private void CheckOutputPad(bool transposed)
    {
        int only = transposed ? 1 : 0;
        if (values.Integer("output_pad", 0, int.MaxValue) is int pad && pad != only)
        {
            values.Errors.Add(values.At("output_pad"), DeviceLimits.OutputPadding, values.Shown("output_pad"), $"Write {DescriptionText.Number(only)} or remove the key.");
        }
    }
}

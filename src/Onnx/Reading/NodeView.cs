// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Onnx.Schema;

namespace Ai8x.Onnx.Reading;

/// <summary>One node with checked access to its inputs and attributes; errors name it.</summary>
internal sealed class NodeView
{
    private readonly string _source;
    private readonly NodeProto _node;
    private readonly Dictionary<string, AttributeProto> _attributes = new(StringComparer.Ordinal);

    public NodeView(NodeProto node, string source)
    {
        _node = node;
        _source = source;
        if (node.Domain is not ("" or "ai.onnx")) throw Error($"the operator belongs to the domain '{node.Domain}'; only standard operators are read.");
        foreach (AttributeProto attribute in node.Attribute)
        {
            if (!_attributes.TryAdd(attribute.Name, attribute)) throw Error($"the attribute '{attribute.Name}' is given twice.");
        }
    }

    /// <summary>Name for messages and layer names; the output's name where the node has none.</summary>
    public string Name => _node.Name.Length > 0 ? _node.Name : _node.Output.Count > 0 ? _node.Output[0] : "(no name)";

    public string Operator => _node.OpType;

    /// <summary>The single output.</summary>
    public string Output
    {
        get
        {
            for (int i = 1; i < _node.Output.Count && Operator != "Dropout"; i++)
            {
                if (_node.Output[i].Length > 0) throw Error("the node has more than one output; only its first has a counterpart on the chip.");
            }

            return _node.Output.Count > 0 && _node.Output[0].Length > 0 ? _node.Output[0] : throw Error("the node has no output.");
        }
    }

    /// <summary>Outputs behind the first.</summary>
    public IEnumerable<string> OtherOutputs => _node.Output.Skip(1).Where(output => output.Length > 0);

    /// <summary>Number of inputs without absent trailing ones.</summary>
    public int InputCount
    {
        get
        {
            int count = _node.Input.Count;
            while (count > 0 && _node.Input[count - 1].Length == 0) count--;
            return count;
        }
    }

    /// <summary>Whether an input in front of the last is there.</summary>
    public bool HasInput(int index) => index < _node.Input.Count && _node.Input[index].Length > 0;

    public string Input(int index) =>
        index < InputCount && _node.Input[index].Length > 0
            ? _node.Input[index]
            : throw Error(string.Create(CultureInfo.InvariantCulture, $"input {index} is missing."));

    public void ExpectInputs(int least, int most)
    {
        if (InputCount < least || InputCount > most)
        {
            string expected = least == most ? string.Create(CultureInfo.InvariantCulture, $"{least}") : string.Create(CultureInfo.InvariantCulture, $"{least} to {most}");
            throw Error(string.Create(CultureInfo.InvariantCulture, $"the node has {InputCount} inputs; it must have {expected}."));
        }
    }

    /// <summary>No attribute is ignored: one that is not in the list stops the import.</summary>
    public void ExpectAttributes(params ReadOnlySpan<string> known)
    {
        foreach (string name in _attributes.Keys)
        {
            if (!known.Contains(name)) throw Error($"the attribute '{name}' is not supported.");
        }
    }

    public long? Integer(string name)
    {
        if (!_attributes.TryGetValue(name, out AttributeProto? attribute)) return null;
        return attribute.HasI ? attribute.I : throw Error($"the attribute '{name}' is no integer.");
    }

    public float? Number(string name)
    {
        if (!_attributes.TryGetValue(name, out AttributeProto? attribute)) return null;
        return attribute.HasF ? attribute.F : throw Error($"the attribute '{name}' is no number.");
    }

    public string? Text(string name)
    {
        if (!_attributes.TryGetValue(name, out AttributeProto? attribute)) return null;
        return attribute.HasS ? attribute.S.ToStringUtf8() : throw Error($"the attribute '{name}' is no text.");
    }

    public long[]? Integers(string name)
    {
        if (!_attributes.TryGetValue(name, out AttributeProto? attribute)) return null;
        return attribute.Ints.Count is > 0 and <= 16 ? [.. attribute.Ints] : throw Error($"the attribute '{name}' is no list of 1 to 16 integers.");
    }

    /// <summary>A list attribute that must have the given value where it is present.</summary>
    public void Require(string name, string why, params ReadOnlySpan<long> value)
    {
        if (Integers(name) is { } actual && !value.SequenceEqual(actual)) throw Error($"{name} is [{Join(actual)}]; {why}");
    }

    /// <summary>An integer attribute that must have the given value where it is present.</summary>
    public void Require(string name, long value, string why)
    {
        if (Integer(name) is { } actual && actual != value) throw Error(string.Create(CultureInfo.InvariantCulture, $"{name} is {actual}; {why}"));
    }

    public OnnxFormatException Error(string problem) => new(_source, problem, Name, Operator.Length > 0 ? Operator : "(no operator)");

    public static string Join(ReadOnlySpan<long> values)
    {
        string[] words = new string[values.Length];
        for (int i = 0; i < values.Length; i++) words[i] = values[i].ToString(CultureInfo.InvariantCulture);
        return string.Join(", ", words);
    }
}

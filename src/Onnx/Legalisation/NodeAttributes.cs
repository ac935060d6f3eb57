// SPDX-License-Identifier: MIT
using Ai8x.Onnx.Schema;

namespace Ai8x.Onnx.Legalisation;

/// <summary>Lists among the attributes of a node, read and replaced.</summary>
internal static class NodeAttributes
{
    private const int IntegerList = 7;

    /// <summary>A list of integers, or null where the attribute is absent or no such list.</summary>
    public static long[]? Integers(NodeProto node, string name)
    {
        AttributeProto[] found = [.. node.Attribute.Where(attribute => attribute.Name == name)];
        return found.Length == 1 && found[0].Ints.Count is > 0 and <= 16 ? [.. found[0].Ints] : null;
    }

    /// <summary>Whether an attribute is there.</summary>
    public static bool Has(NodeProto node, string name) => node.Attribute.Any(attribute => attribute.Name == name);

    /// <summary>Text of an attribute, or null.</summary>
    public static string? Text(NodeProto node, string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name && attribute.HasS)?.S.ToStringUtf8();

    /// <summary>Replaces a list of integers, or adds it.</summary>
    public static void Set(NodeProto node, string name, params ReadOnlySpan<long> values)
    {
        Clear(node, name);
        var attribute = new AttributeProto { Name = name, Type = IntegerList };
        foreach (long value in values) attribute.Ints.Add(value);
        node.Attribute.Add(attribute);
    }

    /// <summary>Takes an attribute away.</summary>
    public static void Clear(NodeProto node, string name)
    {
        for (int i = node.Attribute.Count - 1; i >= 0; i--)
        {
            if (node.Attribute[i].Name == name) node.Attribute.RemoveAt(i);
        }
    }
}

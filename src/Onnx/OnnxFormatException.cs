// SPDX-License-Identifier: MIT
namespace Ai8x.Onnx;

/// <summary>An ONNX model is malformed, or holds something that has no counterpart among the chip's layers, or cannot be written.</summary>
public sealed class OnnxFormatException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="source">The file, or a name for a model that is in no file.</param>
    /// <param name="problem">What is wrong and what to do, as sentences.</param>
    /// <param name="node">Name of the node or layer, or null where the problem is not in one.</param>
    /// <param name="operator">Operator of the node, or null.</param>
    /// <param name="inner">The error that led to this one, or null.</param>
    public OnnxFormatException(string source, string problem, string? node = null, string? @operator = null, Exception? inner = null)
        : base(Compose(source, problem, node, @operator), inner)
    {
        File = source;
        Problem = problem;
        Node = node;
        Operator = @operator;
    }

    /// <summary>The file, or a name for a model that is in no file.</summary>
    public string File { get; }

    /// <summary>Name of the node or layer, or null.</summary>
    public string? Node { get; }

    /// <summary>Operator of the node, or null.</summary>
    public string? Operator { get; }

    /// <summary>What is wrong and what to do.</summary>
    public string Problem { get; }

    private static string Compose(string source, string problem, string? node, string? @operator) =>
        node is null ? $"{source}: {problem}" : $"{source}: {@operator ?? "layer"} '{node}': {problem}";
}

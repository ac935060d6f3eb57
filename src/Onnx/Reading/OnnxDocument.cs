// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Onnx.Schema;
using Google.Protobuf;

namespace Ai8x.Onnx.Reading;

/// <summary>A parsed model file together with where its values stand.</summary>
/// <param name="Source">Name for messages.</param>
/// <param name="Model">The model.</param>
/// <param name="Scan">Places of the initializer values.</param>
internal sealed record OnnxDocument(string Source, ModelProto Model, WireScan Scan)
{
    /// <summary>Ten times the float weights that the chip's kernel memory can hold at one bit each.</summary>
    public const int MaxFileBytes = 256 << 20;

    /// <summary>Nodes, names and attributes of the largest published model take 30 kB; the limit bounds what parsing allocates.</summary>
    private const int MaxStructureBytes = 2 << 20;

    private const int FirstOpset = 7;
    private const int LastOpset = 21;

    /// <summary>The graph; it exists.</summary>
    public GraphProto Graph => Model.Graph;

    public static byte[] ReadFile(string path)
    {
        using FileStream stream = File.OpenRead(path);
        if (stream.Length > MaxFileBytes)
        {
            throw new OnnxFormatException(path, string.Create(CultureInfo.InvariantCulture, $"the file has {stream.Length} bytes; models for this chip are smaller than {MaxFileBytes}."));
        }

        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public static OnnxDocument Parse(ReadOnlyMemory<byte> bytes, string source)
    {
        if (bytes.Length > MaxFileBytes)
        {
            throw new OnnxFormatException(source, string.Create(CultureInfo.InvariantCulture, $"the model has {bytes.Length} bytes; models for this chip are smaller than {MaxFileBytes}."));
        }

        WireScan scan = WireScan.Of(bytes, source);
        if (scan.StructureBytes > MaxStructureBytes)
        {
            throw new OnnxFormatException(source, string.Create(CultureInfo.InvariantCulture,
                $"nodes, names and descriptions take {scan.StructureBytes} bytes, more than {MaxStructureBytes}; this is no model for this chip, or its documentation strings must be stripped."));
        }

        var document = new OnnxDocument(source, ParseModel(bytes, source), scan);
        document.CheckHeader();
        return document;
    }

    private static ModelProto ParseModel(ReadOnlyMemory<byte> bytes, string source)
    {
        try
        {
            // The parser's own limit on nesting stays in force.
            return ModelProto.Parser.ParseFrom(bytes.Span);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new OnnxFormatException(source, $"this is no valid ONNX file: {error.Message}", inner: error);
        }
    }

    private void CheckHeader()
    {
        if (Model.Graph is null || Model.Graph.Node.Count == 0) throw new OnnxFormatException(Source, "the file holds no graph with nodes; it is no ONNX model.");
        foreach (OperatorSetIdProto set in Model.OpsetImport)
        {
            if (set.Domain is not ("" or "ai.onnx")) continue;
            if (set.Version is >= FirstOpset and <= LastOpset) return;
            throw new OnnxFormatException(Source, string.Create(CultureInfo.InvariantCulture,
                $"the model uses operator set {set.Version}; {FirstOpset} to {LastOpset} are read. Export it with operator set 10."));
        }

        throw new OnnxFormatException(Source, "the model does not say which operator set it uses.");
    }
}

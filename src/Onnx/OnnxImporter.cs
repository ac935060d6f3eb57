// SPDX-License-Identifier: MIT
using Ai8x.Networks;
using Ai8x.Onnx.Reading;

namespace Ai8x.Onnx;

/// <summary>
/// Reads ONNX models of the Keras-style flow, our own and those of the published networks, into fused hardware layers (onnx.md
/// sections 2 to 4). The columns of dense layers are put into channel-major order by following the data through every change of layout.
/// </summary>
public static class OnnxImporter
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="description">
    /// The network description, or null. Only one thing is taken from it: a layer without operator there is a pooling layer of its own,
    /// where otherwise pooling belongs to the convolution behind it.
    /// </param>
    /// <returns>The network. Its <see cref="NetworkGraph.InputScale"/> is null unless the file says it.</returns>
    /// <exception cref="OnnxFormatException">The file is no valid model, or uses what the chip's layers do not have.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NetworkGraph Import(string path, NetworkDescription? description = null) => Import(OnnxDocument.ReadFile(path), path, description);

    /// <summary>Reads a model from memory.</summary>
    /// <param name="model">The bytes of the file.</param>
    /// <param name="source">Name for messages.</param>
    /// <param name="description">The network description, or null; see <see cref="Import(string, NetworkDescription?)"/>.</param>
    /// <returns>The network.</returns>
    /// <exception cref="OnnxFormatException">The bytes are no valid model, or the model uses what the chip's layers do not have.</exception>
    public static NetworkGraph Import(ReadOnlyMemory<byte> model, string source, NetworkDescription? description = null) =>
        GraphReader.Read(OnnxDocument.Parse(model, source), description).Graph;
}

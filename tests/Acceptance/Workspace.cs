// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Models;
using Ai8x.Onnx;
using Ai8x.Tensors;

namespace Ai8x.Acceptance;

/// <summary>A folder with good inputs for every command: an untrained model, its description, a sample, and images. Tests spoil one of them.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Workspace()
    {
        OnnxExporter.Export(this["model.onnx"], FashionMnistModel.Create().Build(3).ToGraph());
        File.Copy(Path.Combine(Locations.Repository, "networks", "fashionmnist.yaml"), this["network.yaml"]);
        WriteSample("sample.npy", 1, 28, 28);
    }

    public string Folder => _folder.Path;

    public string this[params string[] parts] => _folder[parts];

    public ChildResult Ai8x(params string[] arguments) => ChildProcess.Ai8x(Folder, arguments);

    public ChildResult Synthesize() => Ai8x(
        "synthesize", "--checkpoint-file", "model.onnx", "--config-file", "network.yaml", "--sample-input", "sample.npy", "--prefix", "p", "--test-dir", "out");

    public void WriteSample(string name, params int[] shape)
    {
        int count = shape.Aggregate(1, (product, size) => product * size);
        NpyWriter.Write(this[name], NpyArray.Create<long>([.. Enumerable.Range(0, count).Select(i => (long)(i * 37 % 256 - 128))], shape));
    }

    /// <summary>The bundled images in a folder of their own.</summary>
    public void CopyImages(string folder)
    {
        Directory.CreateDirectory(this[folder]);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Locations.Repository, "data", "fashion-mnist-sample"), "*.gz"))
        {
            File.Copy(file, this[folder, Path.GetFileName(file)]);
        }
    }

    public void Save(Sequential layers, string name) => OnnxExporter.Export(this[name], layers.Build(3).ToGraph());

    /// <summary>Every file and folder, for comparison before and after.</summary>
    public string[] Listing() => [.. Directory.EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.CodeGen;
using Ai8x.Layers;
using Ai8x.Networks;
using Ai8x.Onnx;
using Ai8x.Tensors;

namespace Ai8x.Flow.Tests;

/// <summary>A folder with a small model, its description and a sample: 2 to 5 to 6 channels, pooling of both kinds, a flattened dense layer.</summary>
internal sealed class SmallNetwork : IDisposable
{
    public SmallNetwork(int outputWidth = 32, int inputScale = 128)
    {
        OnnxExporter.Export(Onnx, Model(outputWidth == 32).Build(11).ToGraph(inputScale));
        File.WriteAllText(Yaml, $$"""
            arch: small
            dataset: none
            layers:
              - {name: first, op: conv2d, pad: 1, activate: ReLU, processors: 0x0000000000000011, data_format: CHW, out_offset: 0x2000}
              - {name: second, op: conv2d, max_pool: 2, pool_stride: 2, pad: 2, activate: ReLU, processors: 0x00000000000001f0, out_offset: 0}
              - {name: third, op: conv2d, kernel_size: 1x1, avg_pool: 2, pool_stride: 2, pad: 0, activate: ReLU, processors: 0x00000000003f0000, out_offset: 0x2000}
              - {name: last, op: mlp, flatten: true, processors: 0x0000000000000007, output_width: {{outputWidth}}, out_offset: 0}
            """);
        NpyWriter.Write(Sample, NpyArray.Create<int>([.. Enumerable.Range(0, 2 * 9 * 8).Select(i => i * 53 % 256 - 128)], 2, 9, 8));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("ai8x-flow-").FullName;

    public string Onnx => Path.Combine(Folder, "model.onnx");

    public string Yaml => Path.Combine(Folder, "network.yaml");

    public string Sample => Path.Combine(Folder, "sample.npy");

    public SynthesizeResult Synthesize(QuantizationChoices? quantization = null, bool dequantized = false) => SynthesisFlow.Run(
        new SynthesizeOptions
        {
            CheckpointFile = Onnx,
            ConfigFile = Yaml,
            SampleInput = Sample,
            Prefix = "small",
            TestDirectory = Path.Combine(Folder, "projects"),
            Quantization = quantization ?? new QuantizationChoices(),
            DequantizedOnnx = dequantized,
            DumpProgram = Path.Combine(Folder, "vectors"),
        },
        FlowObserver.Silent,
        CancellationToken.None);

    public VerifyResult Verify() => VerificationFlow.Run(
        new VerifyOptions { CheckpointFile = Onnx, ConfigFile = Yaml, SampleInput = Sample }, FlowObserver.Silent, CancellationToken.None);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static Sequential Model(bool wide) => new(
        "small",
        new SampleShape(9, 8, 2),
        new FusedConv2DReLU(5, 3, paddingSize: 1),
        new FusedMaxPoolConv2DReLU(6, 3, paddingSize: 2),
        new FusedAvgPoolConv2DReLU(3, 1),
        new Flatten(),
        new FusedDense(7, wide: wide));
}

// SPDX-License-Identifier: MIT
using Ai8x.Layers;
using Ai8x.Onnx;
using Ai8x.Tensors;

namespace Ai8x.Flow.Tests;

public sealed class PlanRefusalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ai8x-refusal-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Plan_OfANetworkThatCannotFit_SaysByHowMuchAndWhatWouldHelp()
    {
        string onnx = Path.Combine(_folder, "model.onnx"), yaml = Path.Combine(_folder, "network.yaml");
        var model = new Sequential("large", new SampleShape(4, 4, 8), new FusedConv2DReLU(128, kernelSize: 1), new FusedConv2DReLU(448, kernelSize: 3, paddingSize: 1), new Flatten(), new FusedDense(4, wide: true));
        OnnxExporter.Export(onnx, model.Build(1).ToGraph());
        FlowException refusal = Assert.Throws<FlowException>(() => PlanFlow.Run(new PlanCommandOptions { OnnxFile = onnx, Output = yaml }, FlowObserver.Silent, TestContext.Current.CancellationToken));

        // 448 outputs of two passes are 896 kernels of a word each, 128 more than a processor has.
        Assert.Contains("the kernel memory is too small by 128 words: 896 are needed and 768 there", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("way out 1: ", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(yaml));
    }
}

// SPDX-License-Identifier: MIT
using System.Xml.Linq;
using Ai8x.CodeGen.Planning;
using Ai8x.Layers;
using Ai8x.Onnx;
using Ai8x.Tensors;

namespace Ai8x.Flow.Tests;

public sealed class PlanExplanationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ai8x-explain-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Explain_ShowsTheTable_AndTheDrawingIsWritten()
    {
        string onnx = Path.Combine(_folder, "model.onnx"), drawing = Path.Combine(_folder, "plan.svg");
        var model = new Sequential("small", new SampleShape(8, 8, 1), new FusedConv2DReLU(12, kernelSize: 3, paddingSize: 1), new Flatten(), new FusedDense(4, wide: true));
        OnnxExporter.Export(onnx, model.Build(1).ToGraph());
        var observer = new RecordedLines();
        var options = new PlanCommandOptions { OnnxFile = onnx, Output = Path.Combine(_folder, "network.yaml"), Explain = true, Drawing = drawing };
        NetworkPlan plan = PlanFlow.Run(options, observer, TestContext.Current.CancellationToken).Plan;
        Assert.All(PlanText.Explain(plan).TrimEnd('\n').Split('\n'), line => Assert.Contains(line, observer.Text));
        Assert.Equal("svg", XDocument.Load(drawing).Root!.Name.LocalName);
    }
}

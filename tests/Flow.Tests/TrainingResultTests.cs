// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Xml.Linq;
using Ai8x.Networks;
using Ai8x.Onnx;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.Flow.Tests;

/// <summary>What a training leaves behind, and what evaluation says of it.</summary>
public sealed class TrainingResultTests(TrainedModel trained) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ai8x-results-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void OneEpoch_ExportsModelSampleAndLog_AndEvaluateAgrees()
    {
        TrainResult result = trained.Result;
        NetworkGraph graph = OnnxImporter.Import(result.OnnxFile);
        Assert.Equal(256, graph.InputScale);
        Assert.Equal(71_346, graph.ParameterCount);
        Assert.True(File.Exists(result.SampleFile));
        Assert.Contains(trained.Lines, line => line.StartsWith("141/141 - ", StringComparison.Ordinal) && line.Contains(" - val_accuracy: ", StringComparison.Ordinal));
        string log = Assert.Single(Directory.GetFiles(result.LogFolder, "*.log"));
        Assert.Equal(trained.Lines, File.ReadAllLines(log));
        EvaluateResult evaluated = EvaluationFlow.Run(new EvaluateOptions { OnnxFile = result.OnnxFile, Dataset = "fashionmnist-sample", Threads = 2 }, FlowObserver.Silent, CancellationToken.None);
        Assert.Equal(result.TestAccuracy, evaluated.Accuracy);
        Assert.Equal(2000, evaluated.Count);
    }

    [Fact]
    public void Run_WritesEverythingThatTheFlowPromises()
    {
        TrainResult result = trained.Result;
        string[] history = File.ReadAllLines(Path.Combine(result.LogFolder, "history.csv"));
        Assert.Equal("epoch,loss,accuracy,top5,val_loss,val_accuracy,val_top5,learning_rate", history[0]);
        Checkpoint last = CheckpointFile.Read(Path.Combine(result.LogFolder, Checkpoint.LastFileName));
        double[][] rows = [.. history.Skip(1).Select(row => row.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
        Assert.Equal(last.History.Select(m => new[] { m.Epoch, m.Loss, m.Accuracy, m.TopFive, m.ValidationLoss, m.ValidationAccuracy, m.ValidationTopFive, m.LearningRate }), rows);
        Assert.All(rows, row => Assert.True(row[3] >= row[2] && row[6] >= row[5]));

        Assert.Equal(rows.SelectMany(row => new[] { (row[0] - 1, "epoch_loss", (float)row[1]), (row[0] - 1, "epoch_accuracy", (float)row[2]), (row[0] - 1, "epoch_top5", (float)row[3]) }), TrainedModel.Events(result, "train"));
        Assert.Equal(rows.SelectMany(row => new[] { (row[0] - 1, "epoch_loss", (float)row[4]), (row[0] - 1, "epoch_accuracy", (float)row[5]), (row[0] - 1, "epoch_top5", (float)row[6]) }), TrainedModel.Events(result, "validation"));
        Assert.Equal(rows.Select(row => (row[0] - 1, "learning_rate", (float)row[7])), TrainedModel.Events(result, "metrics"));

        Assert.Equal(6, XElement.Parse(File.ReadAllText(result.PictureFile!)).Elements().Count(element => element.Name.LocalName == "path"));
        string log = Path.Combine(Path.GetDirectoryName(result.OnnxFile)!, "sampledata.log");
        Assert.StartsWith("index: 0\nactual class:", File.ReadAllText(log), StringComparison.Ordinal);
        Assert.Equal("(28, 28, 1)", NpyReader.Read(result.SampleFile!).ShapeText);
        Assert.Contains(trained.Lines, line => line.StartsWith("Note: the sample is saved as CHW", StringComparison.Ordinal));
        Assert.Contains(trained.Lines, line => line.StartsWith("conv2d/kernel", StringComparison.Ordinal) && line.Contains("  max ", StringComparison.Ordinal));
        Assert.NotEmpty(result.ClassSampleFiles);
        Assert.All(result.ClassSampleFiles, file =>
        {
            Assert.Matches("^sampledata_class-[0-9]_pred-[0-9]_CHW.npy$", Path.GetFileName(file));
            Assert.Equal(result.LogFolder, Path.GetDirectoryName(file));
            Assert.Equal("(28, 28, 1)", NpyReader.Read(file).ShapeText);
        });
    }

    [Fact]
    public void IntegerEvaluation_SaysWhereFloatAndIntegerDisagree()
    {
        var options = new EvaluateOptions { OnnxFile = trained.Result.OnnxFile, Dataset = "fashionmnist-sample", Threads = 2, LogDirectory = Path.Combine(_folder, "evaluations") };
        EvaluateResult floating = EvaluationFlow.Run(options, FlowObserver.Silent, CancellationToken.None);
        string config = Path.Combine(DescriptionFolder.Find(), "fashionmnist.yaml");
        var lines = new RecordedLines();
        EvaluateResult integer = EvaluationFlow.Run(options with { OnChipArithmetic = true, ConfigFile = config }, lines, CancellationToken.None);

        // The model was trained with 256 and says so; the option wins over the file, also in float.
        EvaluateResult doubled = EvaluationFlow.Run(options with { Quantization = new QuantizationChoices { InputScale = 128 }, LogDirectory = null }, FlowObserver.Silent, CancellationToken.None);
        Assert.NotEqual(floating.Confusion.SelectMany(row => row), doubled.Confusion.SelectMany(row => row));
        Assert.Empty(floating.Disagreements);
        Assert.NotEmpty(integer.Disagreements);
        // The two counts differ exactly by the samples that disagree.
        int gained = integer.Disagreements.Count(sample => sample.IntegerClass == sample.Label), lost = integer.Disagreements.Count(sample => sample.FloatClass == sample.Label);
        Assert.Equal(floating.Correct + gained - lost, integer.Correct);
        Assert.Equal(10, integer.Scores.Length);
        Assert.Equal(2000, integer.Scores.Sum(score => score.Support));
        Assert.Equal(integer.Correct, integer.Scores.Sum(score => score.Correct));
        Assert.Equal("Total number: 2000, test_accuracy: " + integer.Accuracy.ToString("0.0000", CultureInfo.InvariantCulture), lines.Text[^1]);
        Assert.StartsWith("0:, test_accuracy: ", lines.Text[0], StringComparison.Ordinal);
        string[] logs = Directory.GetFiles(options.LogDirectory, "*.log", SearchOption.AllDirectories);
        Assert.Equal(2, logs.Length);
        Assert.Contains(logs, file => File.ReadAllLines(file).SequenceEqual(lines.Text));
    }

    [Fact]
    public void EvaluateAll_EvaluatesEveryExportedModel()
    {
        string export = Path.Combine(_folder, "export"), models = Directory.CreateDirectory(Path.Combine(export, "fashionmnist-sample")).FullName;
        foreach (string name in new[] { "saved_model.onnx", "saved_model_dq.onnx" }) File.Copy(trained.Result.OnnxFile, Path.Combine(models, name));
        string networks = Directory.CreateDirectory(Path.Combine(_folder, "networks")).FullName;
        var template = new EvaluateOptions { OnnxFile = "", Dataset = "", Threads = 2, OnChipArithmetic = true };
        Assert.Throws<FlowException>(() => ExamplesEvaluation.Run(export, networks, template, FlowObserver.Silent, CancellationToken.None));
        File.Copy(Path.Combine(DescriptionFolder.Find(), "fashionmnist.yaml"), Path.Combine(networks, "fashionmnist-sample.yaml"));

        EvaluateResult[] results = [.. ExamplesEvaluation.Run(export, networks, template, FlowObserver.Silent, CancellationToken.None)];

        Assert.Equal(["saved_model.onnx", "saved_model_dq.onnx", "saved_model.onnx"], results.Select(result => Path.GetFileName(result.OnnxFile)));
        Assert.Equal([false, false, true], results.Select(result => result.OnChipArithmetic));
        Assert.Equal(results[0].Correct, results[1].Correct);

        // The placement changes no integer: where no description comes with the program it is planned.
        EvaluateResult planned = ExamplesEvaluation.Run(export, null, template, FlowObserver.Silent, CancellationToken.None)[^1];
        Assert.Equal((true, results[2].Correct), (planned.OnChipArithmetic, planned.Correct));
        Assert.Throws<FlowException>(() => ExamplesEvaluation.Run(networks, null, template, FlowObserver.Silent, CancellationToken.None));
    }
}

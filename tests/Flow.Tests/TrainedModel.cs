// SPDX-License-Identifier: MIT
using Ai8x.Reporting.Tests;

[assembly: AssemblyFixture(typeof(Ai8x.Flow.Tests.TrainedModel))]

namespace Ai8x.Flow.Tests;

/// <summary>One short training with everything that can be asked for, shared by the tests that look at its results.</summary>
public sealed class TrainedModel : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ai8x-trained-").FullName;

    private readonly RecordedLines _lines = new();
    private readonly Lazy<TrainResult> _result;

    public TrainedModel()
    {
        Options = In(_folder) with { SaveSample = 0, SaveSamplePerClass = true, SampleForm = SampleForm.Chw, InputScale = 256 };
        _result = new Lazy<TrainResult>(() => TrainingFlow.Run(Options, _lines, CancellationToken.None));
    }

    public TrainOptions Options { get; }

    public TrainResult Result => _result.Value;

    /// <summary>The lines of its report.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            _ = Result;
            return _lines.Text;
        }
    }

    /// <summary>A training of one epoch with its results in a folder.</summary>
    public static TrainOptions In(string folder) => new()
    {
        Model = "fashionmnist_model",
        Dataset = "fashionmnist-sample",
        Epochs = 1,
        BatchSize = 64,
        LearningRate = 0.001f,
        Threads = 2,
        ExportDirectory = Path.Combine(folder, "export"),
        LogDirectory = Path.Combine(folder, "logs"),
    };

    /// <summary>The scalars of a run's event file.</summary>
    public static IEnumerable<(double Step, string Tag, float Value)> Events(TrainResult result, string run)
    {
        string file = Assert.Single(Directory.GetFiles(Path.Combine(result.LogFolder, run)));
        return EventFileReader.Read(File.ReadAllBytes(file)).Scalars.Select(scalar => ((double)scalar.Step, scalar.Tag, scalar.Value));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

/// <summary>Keeps the lines of a report.</summary>
internal sealed class RecordedLines : FlowObserver
{
    public List<string> Text { get; } = [];

    public override void Line(string text) => Text.Add(text);

    public override void Progress(string stage, long done, long total, string detail)
    {
    }
}

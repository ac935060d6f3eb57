// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Networks;
using Ai8x.Optim;

namespace Ai8x.Flow;

/// <summary>Cycles of one hardware layer.</summary>
/// <param name="Index">Hardware layer.</param>
/// <param name="Name">Name from the project's comments, otherwise <c>layer N</c>.</param>
/// <param name="Cycles">Simulated cycles.</param>
/// <param name="Estimate">Cycles by the reference estimator's closed formula; the same number unless the layer streams.</param>
public sealed record LayerTiming(int Index, string Name, long Cycles, long Estimate);

/// <summary>What <c>train</c> produced.</summary>
/// <param name="OnnxFile">The exported model.</param>
/// <param name="SampleFile">The saved sample, or null.</param>
/// <param name="LogFolder">Folder with log and checkpoints.</param>
/// <param name="Parameters">Number of weights and biases.</param>
/// <param name="Epochs">Epochs trained in all.</param>
/// <param name="ValidationAccuracy">Of the last epoch, 0..1.</param>
/// <param name="TestAccuracy">Of the exported weights on the test part, 0..1.</param>
/// <param name="TestCount">Samples of the test part.</param>
/// <param name="WeightHash">SHA-256 over all exported weights, lower-case hexadecimal.</param>
public sealed record TrainResult(
    string OnnxFile,
    string? SampleFile,
    string LogFolder,
    int Parameters,
    int Epochs,
    double ValidationAccuracy,
    double TestAccuracy,
    int TestCount,
    string WeightHash)
{
    /// <summary>First epoch, from 1, with the best score on the validation data.</summary>
    public int BestEpoch { get; init; }

    /// <summary>The saved samples of the classes, in order of the classes.</summary>
    public ImmutableArray<string> ClassSampleFiles { get; init; } = [];

    /// <summary>The model's picture (SVG), or null.</summary>
    public string? PictureFile { get; init; }

    /// <summary>The planned network description, or null where the model does not fit the accelerator.</summary>
    public string? DescriptionFile { get; init; }

    /// <summary>Wall time of the run in seconds.</summary>
    public double Seconds { get; init; }
}

/// <summary>What <c>evaluate</c> counted.</summary>
/// <param name="Count">Evaluated samples.</param>
/// <param name="Correct">Samples whose largest logit is their label's.</param>
/// <param name="Confusion">Rows: true class; columns: predicted class.</param>
/// <param name="OnChipArithmetic">Whether the chip's arithmetic was evaluated.</param>
public sealed record EvaluateResult(int Count, int Correct, ImmutableArray<ImmutableArray<int>> Confusion, bool OnChipArithmetic)
{
    /// <summary>Share of correct samples, 0..1.</summary>
    public double Accuracy => (double)Correct / Count;

    /// <summary>The model file, or null where the model did not come from one.</summary>
    public string? OnnxFile { get; init; }

    /// <summary>Name of the data set, or null.</summary>
    public string? Dataset { get; init; }

    /// <summary>Precision, recall and F1 of each class.</summary>
    public ImmutableArray<ClassScore> Scores { get; init; } = [];

    /// <summary>Samples that the float model and the chip's arithmetic put into different classes; empty where only the float model was evaluated.</summary>
    public ImmutableArray<Disagreement> Disagreements { get; init; } = [];
}

/// <summary>A sample that float and integer arithmetic put into different classes.</summary>
/// <param name="Index">Sample in its part of the data set.</param>
/// <param name="Label">True class.</param>
/// <param name="FloatClass">Prediction of the float model.</param>
/// <param name="IntegerClass">Prediction in the chip's arithmetic.</param>
public sealed record Disagreement(int Index, int Label, int FloatClass, int IntegerClass);

/// <summary>What <c>synthesize</c> wrote.</summary>
/// <param name="ProjectDirectory">The project's folder.</param>
/// <param name="DequantizedFile">The dequantized model, or null.</param>
/// <param name="Layers">Estimated cycles per layer.</param>
/// <param name="TotalCycles">Estimated cycles of one inference, start-up included.</param>
/// <param name="Notices">What the user should know, one sentence each.</param>
public sealed record SynthesizeResult(
    string ProjectDirectory,
    string? DequantizedFile,
    ImmutableArray<LayerTiming> Layers,
    long TotalCycles,
    ImmutableArray<string> Notices)
{
    /// <summary>What was changed when the model was read.</summary>
    public ImmutableArray<GraphRewrite> Rewrites { get; init; } = [];
}

/// <summary>A memory word that differs from the known answer.</summary>
/// <param name="Address">Absolute address.</param>
/// <param name="Expected">Expected word under the mask.</param>
/// <param name="Actual">Simulated word under the mask.</param>
public sealed record WordMismatch(uint Address, uint Expected, uint Actual);

/// <summary>Simulated memory at the places of the known answer.</summary>
/// <param name="Address">Absolute address of the first word.</param>
/// <param name="Mask">Bits that count.</param>
/// <param name="Words">Simulated words under the mask.</param>
public sealed record OutputWords(uint Address, uint Mask, ImmutableArray<uint> Words);

/// <summary>The first value of a layer that is not as expected, in the order in which the chip computes.</summary>
/// <param name="Layer">Hardware layer.</param>
/// <param name="Name">Its name.</param>
/// <param name="Channel">Channel; slot without a description.</param>
/// <param name="Row">Output row.</param>
/// <param name="Column">Output column.</param>
/// <param name="Cycle">Cycle of the inference in which the value was computed.</param>
/// <param name="Expected">Expected value.</param>
/// <param name="Actual">Simulated value.</param>
public sealed record LayerDifference(int Layer, string Name, int Channel, int Row, int Column, long Cycle, long Expected, long Actual);

/// <summary>What <c>simulate</c> found.</summary>
public sealed record SimulateResult
{
    /// <summary>Whether every check that was made holds: known answer, expected layers, all images.</summary>
    public bool Passed => MismatchCount == 0 && Difference is null && DifferingImages == 0;

    /// <summary>False if the run stopped early, so that the known answer was not checked.</summary>
    public required bool KnownAnswerChecked { get; init; }

    /// <summary>Words that differ from the known answer.</summary>
    public required int MismatchCount { get; init; }

    /// <summary>Up to ten of them.</summary>
    public required ImmutableArray<WordMismatch> FirstMismatches { get; init; }

    /// <summary>Cycles of one inference, start-up and waits for input included.</summary>
    public required long TotalCycles { get; init; }

    /// <summary>The reference estimator's figure for the same layers; the same number unless layers stream.</summary>
    public required long TotalEstimate { get; init; }

    /// <summary>Cycles per layer.</summary>
    public required ImmutableArray<LayerTiming> Layers { get; init; }

    /// <summary>The output words.</summary>
    public required ImmutableArray<OutputWords> Output { get; init; }

    /// <summary>Microseconds on the bus besides the inference, by function, with <c>unload</c> as the last.</summary>
    public required ImmutableArray<BusShare> Bus { get; init; }

    /// <summary>Estimated microjoules of one inference, and how far off they may be.</summary>
    public required (double Microjoules, double Error) Energy { get; init; }

    /// <summary>Layers that were compared with expected ones.</summary>
    public int ComparedLayers { get; init; }

    /// <summary>The first difference to them, or null.</summary>
    public LayerDifference? Difference { get; init; }

    /// <summary>Images that ran.</summary>
    public int Images { get; init; } = 1;

    /// <summary>Images whose answer was not that of the first run.</summary>
    public int DifferingImages { get; init; }

    /// <summary>Wall time of one image in a batch in microseconds, or null for a single image.</summary>
    public double? MicrosecondsPerImage { get; init; }

    /// <summary>One sentence.</summary>
    public required string Verdict { get; init; }
}

/// <summary>Accesses of one function on the accelerator's bus.</summary>
/// <param name="Function">The function, or <c>unload</c>.</param>
/// <param name="Writes">Stores.</param>
/// <param name="Reads">Loads.</param>
/// <param name="Microseconds">What they take.</param>
public sealed record BusShare(string Function, long Writes, long Reads, double Microseconds);

/// <summary>What <c>verify</c> proved.</summary>
/// <param name="Passed">Whether all witnesses agree on every image.</param>
/// <param name="Images">Images that ran on the simulator.</param>
/// <param name="ComparedValues">Layer outputs that were compared one by one.</param>
/// <param name="SimulatedCorrect">Images whose simulated prediction is the label, or null without labels.</param>
/// <param name="TotalCycles">Cycles of one inference, start-up included.</param>
/// <param name="Layers">Cycles per layer.</param>
/// <param name="ProjectDirectory">Folder of the C project, or null where it was temporary.</param>
/// <param name="Verdict">One sentence.</param>
public sealed record VerifyResult(
    bool Passed,
    int Images,
    long ComparedValues,
    int? SimulatedCorrect,
    long TotalCycles,
    ImmutableArray<LayerTiming> Layers,
    string? ProjectDirectory,
    string Verdict)
{
    /// <summary>What was changed when the model was read.</summary>
    public ImmutableArray<GraphRewrite> Rewrites { get; init; } = [];
}

/// <summary>What <c>demo</c> showed.</summary>
/// <param name="Passed">Whether the proof holds.</param>
/// <param name="Train">The training.</param>
/// <param name="FloatTest">Float accuracy on the test images.</param>
/// <param name="IntegerTest">Accuracy of the chip's arithmetic on the test images.</param>
/// <param name="Verify">The proof.</param>
public sealed record DemoResult(bool Passed, TrainResult Train, EvaluateResult FloatTest, EvaluateResult IntegerTest, VerifyResult Verify);

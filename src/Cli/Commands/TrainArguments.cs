// SPDX-License-Identifier: MIT
using System.CommandLine;
using Ai8x.Flow;

namespace Ai8x.Cli.Commands;

/// <summary>The options of training, shared by <c>train</c> and by <c>verify --model</c>.</summary>
internal sealed class TrainArguments
{
    private readonly Option<string> _preset = new("--preset") { Description = "A published training, for example mnist: gives model, data set and all their settings; options beside it win.", HelpName = "NET" };
    private readonly Option<string> _model = new("--model") { Description = "Model: mnist_model, fashionmnist_model, cifar10_model, cifar100_model, kws20_model or rock_model.", HelpName = "NAME" };
    private readonly Option<string> _dataset = new("--dataset") { Description = "Data set, for example mnist or fashionmnist.", HelpName = "NAME" };
    private readonly Option<int> _epochs = OptionValues.Integer("--epochs", "Epochs.", 1, 100_000, 100);
    private readonly Option<int> _batchSize = OptionValues.Integer("--batch_size", "Samples per training step.", 1, 65_536, 32);
    private readonly Option<string> _optimizer = OptionValues.Choice("--optimizer", "Optimizer: Adam or SGD.", "Adam", "Adam", "SGD");
    private readonly Option<double> _rate = OptionValues.Positive("--lr", "Initial learning rate.", 1000, 0.0001);
    private readonly Option<ulong> _seed = OptionValues.Unsigned("--seed", "Seed of all random numbers.", 1);
    private readonly Option<int?> _inputScale = OptionValues.Choice("--input-scale", "What the input bytes are divided by: 128 (default) or 256; recorded in the exported model.", 128, 256);
    private readonly Option<ExportChoice> _export = OptionValues.Choice(
        "--export", "Weights to export: those of the last or of the best epoch.", ExportChoice.Last, ("last", ExportChoice.Last), ("best", ExportChoice.Best));
    private readonly Option<int?> _saveSample = OptionValues.Integer("--save-sample", "Index of the test sample to save beside the model.", 0, int.MaxValue);
    private readonly Option<ScheduleChoice> _schedule = OptionValues.Choice(
        "--schedule", "How the learning rate goes on: as the model's authors published it, in a straight line to a hundredth in the last epoch, or not at all.", ScheduleChoice.Published,
        ("published", ScheduleChoice.Published), ("linear", ScheduleChoice.Linear), ("constant", ScheduleChoice.Constant));
    private readonly Option<string> _metrics = OptionValues.Choice("--metrics", "What is printed beside the loss and decides the best epoch, the schedule and --early-stop.", "accuracy", "accuracy", "top5", "loss");
    private readonly Option<int?> _earlyStop = OptionValues.Integer("--early-stop", "Stop after N epochs in a row without a better one.", 1, 100_000);
    private readonly Option<bool> _perClass = new("--save-sample-per-class") { Description = "Save one confident test sample of each class into the log folder." };
    private readonly Option<bool> _channelFirst = new("--channel-first") { Description = "Save samples channel first, as synthesize reads them." };
    private readonly Option<bool> _swap = new("--swap-hw", "--swap", "--swap-h", "--swap-") { Description = "With --channel-first: width before height, as one-dimensional data needs." };
    private readonly Option<string> _resume = new("--resume") { Description = "Log folder or checkpoint of an earlier run to go on from.", HelpName = "PATH" };
    private readonly Option<string> _exportDir = new("--export-dir") { Description = "Folder that receives DATASET/saved_model.onnx.", DefaultValueFactory = _ => "export", HelpName = "DIR" };
    private readonly Option<string> _logDir = new("--log-dir") { Description = "Folder that receives the run's log folder.", DefaultValueFactory = _ => "logs", HelpName = "DIR" };
    private readonly Option<string> _dataDir = CommonOptions.DataDir();
    private readonly Option<string> _cacheDir = CommonOptions.CacheDir();
    private readonly Option<long?> _memoryLimit = CommonOptions.MemoryLimit();
    private readonly Option<int> _copies = OptionValues.Integer("--n-augment", "Changed copies of every training recording, for data sets of speech.", 0, 16, 1);
    private readonly Option<bool> _mirror = new("--mirror") { Description = "Mirror every training image left to right (horizontal flip) in half of the epochs; for objects that may face either way, not for digits." };
    private readonly Option<int> _shift = OptionValues.Integer("--shift", "Move every training image by up to N rows and columns (random translation), differently in every epoch; an edge repeats.", 0, 64, 0);
    private readonly Option<int> _hide = OptionValues.Integer("--hide", "Hide a rectangle with sides of up to N pixels in every training image in half of the epochs (random erasing, cutout).", 0, 64, 0);
    private readonly Option<bool> _seedSplits = CommonOptions.SeedSplits();
    private readonly Option<int> _threads = CommonOptions.Threads();

    private readonly bool _required;

    public TrainArguments(bool required = true) => _required = required;

    public Option<string> Model => _model;

    public Option<string> Dataset => _dataset;

    public Option<string> DataDir => _dataDir;

    public Option<bool> SeedSplits => _seedSplits;

    public Option<int> Threads => _threads;

    public Option<string> CacheDir => _cacheDir;

    public Option<long?> MemoryLimit => _memoryLimit;

    public Option<int?> InputScale => _inputScale;

    public void AddTo(Command command)
    {
        if (_required) command.Options.Add(_preset);
        foreach (Option option in new Option[]
                 {
                     _model, _dataset, _dataDir, _cacheDir, _memoryLimit, _copies, _mirror, _shift, _hide, _epochs, _batchSize, _optimizer, _rate, _schedule, _metrics, _earlyStop, _seed, _threads, _inputScale, _seedSplits, _export, _saveSample, _perClass,
                     _channelFirst, _swap, _resume, _exportDir, _logDir,
                 })
        {
            command.Options.Add(option);
        }

        command.AddRule(result =>
        {
            if (result.GetValue(_swap) && !result.GetValue(_channelFirst) && result.GetValue(_preset) is null) result.AddError("--swap-hw belongs to --channel-first.");
            if (!_required || result.GetValue(_preset) is not null) return;
            foreach (Option<string> needed in new[] { _model, _dataset }.Where(option => result.GetValue(option) is null)) result.AddError($"Option '{needed.Name}' is required, or --preset.");
        });
    }

    public TrainOptions Read(ParseResult parsed)
    {
        // Without a preset every option has a value; with one, the given options replace the preset's.
        string? preset = parsed.GetValue(_preset);
        TrainOptions start = preset is null ? new TrainOptions { Model = parsed.GetValue(_model)!, Dataset = parsed.GetValue(_dataset)! } : TrainingPreset.Find(preset);
        bool channelFirst = parsed.GetValue(_channelFirst), swap = parsed.GetValue(_swap);
        return start with
        {
            Model = Chosen(_model, start.Model),
            Dataset = Chosen(_dataset, start.Dataset),
            DataDirectory = parsed.GetValue(_dataDir),
            Epochs = Chosen(_epochs, start.Epochs),
            BatchSize = Chosen(_batchSize, start.BatchSize),
            Optimizer = Chosen(_optimizer, start.Optimizer),
            LearningRate = (float)Chosen(_rate, start.LearningRate),
            Schedule = parsed.GetValue(_schedule),
            Metrics = parsed.GetValue(_metrics)!,
            EarlyStop = parsed.GetValue(_earlyStop),
            Seed = parsed.GetValue(_seed),
            Threads = parsed.GetValue(_threads),
            InputScale = parsed.GetValue(_inputScale) ?? 128,
            Export = parsed.GetValue(_export),
            SaveSample = parsed.GetValue(_saveSample) ?? start.SaveSample,
            SaveSamplePerClass = parsed.GetValue(_perClass) || start.SaveSamplePerClass,
            SampleForm = swap ? SampleForm.Cwh : channelFirst ? SampleForm.Chw : start.SampleForm,
            SeedSplits = parsed.GetValue(_seedSplits),
            CacheDirectory = parsed.GetValue(_cacheDir),
            MemoryLimit = parsed.GetValue(_memoryLimit),
            AugmentedCopies = parsed.GetValue(_copies),
            MirrorImages = parsed.GetValue(_mirror),
            ShiftImages = parsed.GetValue(_shift),
            HideImages = parsed.GetValue(_hide),
            Resume = parsed.GetValue(_resume),
            ExportDirectory = parsed.GetValue(_exportDir)!,
            LogDirectory = parsed.GetValue(_logDir)!,
        };

        T Chosen<T>(Option<T> option, T fallback) => parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option)! : fallback;
    }

    /// <summary>The options about the data set itself.</summary>
    public IEnumerable<Option> OfData => [_dataset, _dataDir, _seedSplits, _cacheDir, _memoryLimit];

    /// <summary>The options that only make sense when a model is trained.</summary>
    public IEnumerable<Option> OfTrainingOnly =>
        [_copies, _mirror, _shift, _hide, _epochs, _batchSize, _optimizer, _rate, _schedule, _metrics, _earlyStop, _seed, _export, _saveSample, _perClass, _channelFirst, _swap, _resume, _exportDir, _logDir];
}

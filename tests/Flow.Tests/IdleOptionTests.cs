// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Flow.Tests;

/// <summary>An option with nothing to act on is noticed or refused; with something to act on nothing is said.</summary>
public sealed class IdleOptionTests : IDisposable
{
    private readonly SmallNetwork _network = new();

    public void Dispose() => _network.Dispose();

    [Fact]
    public void OptionsThatChangeNothing_AreNoticed()
    {
        ImmutableArray<string> notices = Notices(
            new DescriptionChanges { IgnoreStreaming = true, IgnoreBiasGroups = true }, new QuantizationChoices { KeepFirst = true });
        Assert.Contains("--ignore-streaming changes nothing: no layer streams.", notices);
        Assert.Contains("--ignore-bias-groups changes nothing: no layer has a bias_group.", notices);
        Assert.Contains("--keep-first changes nothing: only a model with input scale 256 has its first layer halved.", notices);
    }

    [Fact]
    public void OptionsThatChangeSomething_AreNot()
    {
        var choices = new QuantizationChoices { KeepFirst = true, InputScale = 256, RoundAveragePooling = true };
        ImmutableArray<string> notices = Notices(new DescriptionChanges { IgnoreActivation = true, NoBias = [] }, choices);
        Assert.DoesNotContain(notices, notice => notice.Contains("changes nothing", StringComparison.Ordinal));
    }

    [Fact]
    public void OptionsOfLayersThatAreCutOff_AreNoticed()
    {
        // The first two layers neither pool by averages nor, after the first change, have activations.
        File.WriteAllText(_network.Yaml, File.ReadAllText(_network.Yaml).Replace("activate: ReLU", "activate: none", StringComparison.Ordinal));
        ImmutableArray<string> notices = Notices(new DescriptionChanges { StopAfter = 1, IgnoreActivation = true }, new QuantizationChoices { RoundAveragePooling = true });
        Assert.Contains("--ignore-activation changes nothing: no layer has an activation.", notices);
        Assert.Contains("--avg-pool-rounding changes nothing: no layer pools by averages.", notices);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void CopiesOfRecordings_BelongToSpeech(int copies)
    {
        TrainOptions options = TrainedModel.In(_network.Folder) with { AugmentedCopies = copies };
        FlowException refusal = Assert.Throws<FlowException>(() => TrainingFlow.Run(options, FlowObserver.Silent, CancellationToken.None));
        Assert.Contains("only recordings of speech are copied with changes (kws20, speech_digits), not 'fashionmnist-sample'", refusal.Message, StringComparison.Ordinal);
    }

    private ImmutableArray<string> Notices(DescriptionChanges changes, QuantizationChoices choices) => SynthesisFlow.Run(
        new SynthesizeOptions
        {
            CheckpointFile = _network.Onnx,
            ConfigFile = _network.Yaml,
            SampleInput = _network.Sample,
            Prefix = "small",
            TestDirectory = Path.Combine(_network.Folder, "projects"),
            Changes = changes,
            Quantization = choices,
        },
        FlowObserver.Silent,
        CancellationToken.None).Notices;
}

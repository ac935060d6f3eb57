// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Ai8x.Flow;

namespace Ai8x.Cli.Commands.Synthesis;

/// <summary>Options of <c>synthesize</c> that change what the network description says.</summary>
internal sealed class DescriptionArguments
{
    private readonly Option<int?> _stopAfter = OptionValues.Integer("--stop-after", "Make this layer the last one.", 0, 31, "LAYER");
    private readonly Option<int?> _outputWidth = OptionValues.Choice("--output-width", "Bits of the last layer's output.", 8, 32);
    private readonly Option<int?> _inputOffset = OptionValues.Integer("--input-offset", "Offset of the network's input in bytes, decimal or 0x.", 0, 32767, "BYTES", hexadecimal: true);
    private readonly Option<bool> _ignoreActivation = new("--ignore-activation") { Description = "Leave out all activations." };
    private readonly Option<bool> _ignoreStreaming = new("--ignore-streaming") { Description = "Let no layer stream." };
    private readonly Option<int[]> _streamingLayers = new("--streaming-layers") { Description = "Layers that stream in addition to those of the description.", HelpName = "LAYERS", AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore, CustomParser = Layers };
    private readonly Option<bool> _ignoreBiasGroups = new("--ignore-bias-groups") { Description = "Let every bias lie in any quadrant." };
    private readonly Option<int[]> _noBias = new("--no-bias") { Description = "Leave out the bias of these layers, or of all.", HelpName = "LAYERS", AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.ZeroOrMore, CustomParser = Layers };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _stopAfter, _outputWidth, _inputOffset, _ignoreActivation, _ignoreStreaming, _streamingLayers, _ignoreBiasGroups, _noBias }) command.Options.Add(option);
    }

    public DescriptionChanges Read(ParseResult parsed) => new()
    {
        StopAfter = parsed.GetValue(_stopAfter),
        OutputWidth = parsed.GetValue(_outputWidth),
        InputOffset = parsed.GetValue(_inputOffset),
        IgnoreActivation = parsed.GetValue(_ignoreActivation),
        IgnoreStreaming = parsed.GetValue(_ignoreStreaming),
        StreamingLayers = [.. parsed.GetValue(_streamingLayers) ?? []],
        IgnoreBiasGroups = parsed.GetValue(_ignoreBiasGroups),
        NoBias = parsed.GetResult(_noBias) is { Implicit: false } ? [.. parsed.GetValue(_noBias) ?? []] : (ImmutableArray<int>?)null,
    };

    /// <summary>Layer numbers, apart or joined by commas.</summary>
    private static int[]? Layers(ArgumentResult result)
    {
        List<int> layers = [];
        foreach (string text in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int layer)) layers.Add(layer);
            else result.AddError($"'{text}' is not the number of a layer.");
        }

        return [.. layers];
    }
}

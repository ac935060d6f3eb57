// SPDX-License-Identifier: MIT
using System.CommandLine;
using Ai8x.Flow;

namespace Ai8x.Cli.Commands;

/// <summary>The options of quantization, shared by <c>evaluate</c>, <c>synthesize</c> and <c>verify</c>.</summary>
internal sealed class QuantizationArguments
{
    private readonly Option<double> _scale = CommonOptions.Scale();
    private readonly Option<int?> _inputScale;
    private readonly bool _ownsInputScale;
    private readonly Option<bool> _keepFirst = CommonOptions.KeepFirst();

    public QuantizationArguments(Option<int?>? inputScale = null)
    {
        _ownsInputScale = inputScale is null;
        _inputScale = inputScale ?? CommonOptions.InputScale();
    }

    /// <summary>The options that change nothing about a float model.</summary>
    public IEnumerable<Option> OfIntegersOnly => [_scale, _keepFirst];

    public void AddTo(Command command)
    {
        command.Options.Add(_scale);
        if (_ownsInputScale) command.Options.Add(_inputScale);
        command.Options.Add(_keepFirst);
    }

    public QuantizationChoices Read(ParseResult parsed) => new()
    {
        Scale = parsed.GetValue(_scale),
        InputScale = parsed.GetValue(_inputScale),
        KeepFirst = parsed.GetValue(_keepFirst),
    };
}

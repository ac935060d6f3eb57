// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.CommandLine.Parsing;

namespace Ai8x.Cli.Commands;

/// <summary>Rules about options that belong together or exclude each other, and about values that no option takes.</summary>
internal static class CommandRules
{
    /// <summary>Adds a rule over several options. It is not asked where one of them has no usable value: that is an error of its own.</summary>
    public static void AddRule(this Command command, Action<CommandResult> rule) => command.Validators.Add(result =>
    {
        try
        {
            rule(result);
        }
        catch (InvalidOperationException notAValue)
        {
            // The parser offers no other way to ask whether an option's text converts.
            result.AddError(notAValue.Message);
        }
    });

    /// <summary>Adds the rule that an output never replaces an input of the same run.</summary>
    public static void KeepInputs(this Command command, Option<string>[] inputs, params Option<string>[] outputs) => command.AddRule(result =>
    {
        foreach (Option<string> output in outputs)
        {
            if (result.GetValue(output) is not { Length: > 0 } written) continue;
            Option<string>? replaced = inputs.FirstOrDefault(input => result.GetValue(input) is { Length: > 0 } read && Path.GetFullPath(read) == Path.GetFullPath(written));
            if (replaced is not null) result.AddError($"{output.Name} names the file that {replaced.Name} reads. Name another.");
        }
    });

    /// <summary>Whether the user gave an option.</summary>
    public static bool IsGiven(this SymbolResult result, Option option) => result.GetResult(option) is { Implicit: false };

    /// <summary>Values that no option takes: an empty one, one too many.</summary>
    public static IEnumerable<string> ValueErrors(CommandResult command)
    {
        foreach (OptionResult result in command.Children.OfType<OptionResult>().Where(result => !result.Implicit))
        {
            Option option = result.Option;
            if (option.ValueType == typeof(bool)) continue;
            if (option.Arity.MaximumNumberOfValues == 1 && result.IdentifierTokenCount > 1)
            {
                yield return $"{option.Name} is given twice. Give it once.";
            }
            else if (result.Tokens.Any(token => token.Value.Length == 0))
            {
                yield return $"{option.Name} is empty. Give it a value, or leave it out.";
            }
        }

        foreach (ArgumentResult result in command.Children.OfType<ArgumentResult>().Where(result => result.Tokens.Any(token => token.Value.Length == 0)))
        {
            yield return $"{result.Argument.Name} is empty. Name it, or leave it out.";
        }
    }
}

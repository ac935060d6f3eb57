// SPDX-License-Identifier: MIT
using System.ComponentModel;
using System.Globalization;
using Ai8x.Tensors;

namespace Ai8x.Bench.Measuring;

/// <summary>Options of the form <c>--name value</c>; a name that nobody asks for is an error.</summary>
internal sealed class Arguments
{
    /// <summary>What the line of an error begins with.</summary>
    public const string ErrorPrefix = "error: ";

    private readonly Dictionary<string, string> _values = [];
    private readonly HashSet<string> _known = [];

    public Arguments(ReadOnlySpan<string> arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal)) throw new ArgumentException($"expected an option such as --model, found \"{arguments[i]}\"");
            bool hasValue = i + 1 < arguments.Length && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal);
            _values[arguments[i][2..]] = hasValue ? arguments[i + 1] : "true";
            if (hasValue) i++;
        }
    }

    public string Text(string name, string otherwise)
    {
        _known.Add(name);
        return _values.GetValueOrDefault(name, otherwise);
    }

    public string[] List(string name, string otherwise)
    {
        string[] items = Text(name, otherwise).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return items.Length > 0 ? items : throw new ArgumentException($"--{name} is empty");
    }

    public int Number(string name, int otherwise)
    {
        string text = Text(name, otherwise.ToString(CultureInfo.InvariantCulture));
        return int.TryParse(text, CultureInfo.InvariantCulture, out int value) ? value : throw new ArgumentException($"--{name} must be a whole number, not \"{text}\"");
    }

    public double Real(string name, double otherwise)
    {
        string text = Text(name, otherwise.ToString(CultureInfo.InvariantCulture));
        return double.TryParse(text, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : throw new ArgumentException($"--{name} must be a number, not \"{text}\"");
    }

    /// <summary>A vector width by its name.</summary>
    public static VectorWidth Width(string name) =>
        Array.IndexOf(Enum.GetNames<VectorWidth>(), name) >= 0 ? Enum.Parse<VectorWidth>(name) : throw new ArgumentException($"there is no width \"{name}\": the widths are {string.Join(", ", Enum.GetNames<VectorWidth>())}");

    public bool Switch(string name) => Text(name, "false") == "true";

    /// <summary>Runs a program; what is wrong with its options, its files or the machine becomes a line of text.</summary>
    /// <returns>The exit code: 0, or 2 after an error.</returns>
    public static int Guard(Action program)
    {
        try
        {
            program();
            return 0;
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or InvalidDataException or NotSupportedException or IOException or UnauthorizedAccessException or Win32Exception)
        {
            Console.Error.WriteLine($"{ErrorPrefix}{failure.Message}");
            return 2;
        }
    }

    /// <summary>Call after all options were asked for.</summary>
    public void RequireAllKnown()
    {
        string? unknown = _values.Keys.FirstOrDefault(name => !_known.Contains(name));
        if (unknown is not null) throw new ArgumentException($"unknown option --{unknown}; the options here are {string.Join(", ", _known.Select(name => "--" + name))}");
    }
}

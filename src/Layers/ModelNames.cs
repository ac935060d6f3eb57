// SPDX-License-Identifier: MIT
namespace Ai8x.Layers;

/// <summary>Rules for the names of models and layers, which become parts of files and of generated C.</summary>
internal static class ModelNames
{
    private const int MaximumLength = 128;

    public static void Check(string name, string where)
    {
        if (name.Length is >= 1 and <= MaximumLength && !name.Any(char.IsControl) && !name.Contains('/')) return;
        throw new ModelDefinitionException(
            where, "A name has 1 to 128 characters, no control characters and no slash.", $"it is \"{name}\"", "Choose another name.");
    }
}

// SPDX-License-Identifier: MIT
using System.Text;
using Ai8x.CodeGen.Yaml;
using Ai8x.Networks;

namespace Ai8x.CodeGen;

/// <summary>
/// Reads and writes network descriptions (network-yaml.md; <c>docs/network-yaml.md</c> is the manual of the keys). Reading collects all errors; it
/// never guesses, and it refuses by name what the MAX78000 does not have.
/// </summary>
public static class NetworkYaml
{
    /// <summary>Most characters of a description: 2^20. Longer text is refused before it is parsed.</summary>
    public const int MaximumCharacters = YamlTree.MaximumCharacters;

    /// <summary>Reads a description.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="sourceName">Name of the file for messages, without folder.</param>
    /// <returns>The description, layers in ascending <c>sequence</c>; what deserves attention is in its notices.</returns>
    /// <exception cref="DescriptionException">The text is refused, for one or more reasons.</exception>
    public static NetworkDescription Read(string text, string sourceName)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentException.ThrowIfNullOrEmpty(sourceName);
        ErrorList errors = new(sourceName);
        return new NetworkReader(errors).Read(YamlTree.Read(text, errors));
    }

    /// <summary>Reads a description from a file in UTF-8.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The description; its source is the file name without folder.</returns>
    /// <exception cref="DescriptionException">The content is refused, for one or more reasons.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read.</exception>
    public static NetworkDescription ReadFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string name = Path.GetFileName(path);
        return Read(ReadText(path, name), name);
    }

    /// <summary>Writes a description in canonical form: fixed order of keys, hexadecimal maps and offsets, defaults left out.</summary>
    /// <param name="network">The description.</param>
    /// <returns>YAML text with line feeds; reading it gives an equal description (apart from source, lines and notices).</returns>
    /// <exception cref="ArgumentException">A name cannot stand in a description: empty, over 128 characters or not printable.</exception>
    public static string Write(NetworkDescription network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new NetworkYamlWriter().Write(network, [], []);
    }

    /// <summary>Reads at most one byte more than the longest UTF-8 form of an allowed text, so that devices without end do no harm.</summary>
    private static string ReadText(string path, string name)
    {
        ErrorList errors = new(name);
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        byte[] bytes = new byte[(int)Math.Clamp(stream.Length, 4096, MaximumCharacters) + 1];
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length == bytes.Length)
        {
            errors.Add(default, DescriptionRules.Size, "A description file has at most 1,048,576 bytes.", "it has more", "Check that the right file is given.");
            errors.Throw();
        }

        try
        {
            ReadOnlySpan<byte> content = bytes.AsSpan(0, length);
            if (content.StartsWith(Encoding.UTF8.Preamble)) content = content[Encoding.UTF8.Preamble.Length..];
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content);
        }
        catch (DecoderFallbackException e)
        {
            errors.Add(default, DescriptionRules.Syntax, "A description file is text in UTF-8.", $"byte {DescriptionText.Number(e.Index)} is not", "Save the file as UTF-8.");
            errors.Throw();
            throw;
        }
    }
}

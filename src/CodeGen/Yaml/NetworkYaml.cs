// SPDX-License-Identifier: MIT
using System.Text;
using Ai8x.CodeGen.Yaml;
using Ai8x.Networks;

namespace Ai8x.CodeGen;

/// <summary>Network descriptions as YAML text (network-yaml.md).</summary>
public static class NetworkYaml
{
    private const int MaximumBytes = 4 << 20;

    /// <summary>Reads a description.</summary>
    /// <param name="text">YAML text.</param>
    /// <param name="sourceName">Name of the file for messages, without folder.</param>
    /// <returns>The description with a line number for each layer.</returns>
    /// <exception cref="DescriptionException">The text is malformed, or asks for something that is not supported; all mistakes are collected where possible.</exception>
    public static NetworkDescription Read(string text, string sourceName)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(sourceName);
        return new NetworkReader(sourceName).Read(text);
    }

    /// <summary>Reads a description from a file.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <returns>The description.</returns>
    /// <exception cref="DescriptionException">The file is malformed, or asks for something that is not supported.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NetworkDescription ReadFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string name = Path.GetFileName(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var bytes = new byte[MaximumBytes + 1];
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length > MaximumBytes)
        {
            throw new DescriptionException(name, [new(1, 1, $"The file is longer than the {MaximumBytes} bytes that a network description may have.")]);
        }

        try
        {
            using var reader = new StreamReader(new MemoryStream(bytes, 0, length), new UTF8Encoding(false, throwOnInvalidBytes: true));
            return Read(reader.ReadToEnd(), name);
        }
        catch (DecoderFallbackException)
        {
            throw new DescriptionException(name, [new(1, 1, "The file is not UTF-8 text.")]);
        }
    }

    /// <summary>Writes a description.</summary>
    /// <param name="description">The description.</param>
    /// <returns>YAML text that <see cref="Read"/> turns into the same description; lines end in a line feed.</returns>
    public static string Write(NetworkDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        return NetworkWriter.Write(description);
    }
}

// SPDX-License-Identifier: MIT
using System.Text;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Tests;

/// <summary>Small descriptions for the tests of the reader, and the places where files are.</summary>
internal static class YamlFixture
{
    public const string Head = "arch: test\ndataset: probe\nlayers:\n";

    /// <summary>One convolution of which keys are replaced, added, or removed with a null value; the first layer line is line 4.</summary>
    public static string OneLayer(params (string Key, string? Value)[] changes) => Head + Entry(changes);

    public static string Entry(params (string Key, string? Value)[] changes)
    {
        List<(string Key, string Value)> keys =
        [
            ("processors", "0x7"), ("op", "conv2d"), ("kernel_size", "3x3"), ("pad", "1"), ("activate", "ReLU"), ("out_offset", "0x2000"),
        ];
        foreach ((string key, string? value) in changes)
        {
            int at = keys.FindIndex(pair => pair.Key == key);
            if (at >= 0 && value is null) keys.RemoveAt(at);
            else if (at >= 0) keys[at] = (key, value!);
            else if (value is not null) keys.Add((key, value));
        }

        var text = new StringBuilder();
        foreach ((string key, string value) in keys) text.Append(text.Length == 0 ? "- " : "  ").Append(key).Append(": ").Append(value).Append('\n');
        return text.ToString();
    }

    public static NetworkDescription Read(string text) => NetworkYaml.Read(text, "probe.yaml");

    public static LayerDescription ReadLayer(params (string Key, string? Value)[] changes) => Read(OneLayer(changes)).Layers[0];

    public static DescriptionException Refused(string text) => Assert.Throws<DescriptionException>(() => Read(text));

    /// <summary>The only error of a refused text.</summary>
    public static DescriptionError TheError(string text) => Assert.Single(Refused(text).Errors);

    public static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ai8x.Managed.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests must run from inside the repository.");
    }

    /// <summary>The folder of reference vectors beside the repository; skips the test where it is absent.</summary>
    public static string Vectors(string group)
    {
        string folder = Path.Combine(Path.GetDirectoryName(Root())!, "shared", "golden", group);
        Assert.SkipUnless(Directory.Exists(folder), "The reference vectors are not beside the repository.");
        return folder;
    }
}

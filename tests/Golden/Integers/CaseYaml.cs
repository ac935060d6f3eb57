// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Networks;

namespace Ai8x.Golden.Integers;

/// <summary>
/// Reads the plain block form in which the descriptions of the vectors are written. It shares no code with the reader of the generator, and
/// knows only what concerns values.
/// </summary>
internal static class CaseYaml
{
    public static NetworkDescription Read(string path)
    {
        List<Dictionary<string, string>> layers = [];
        bool inLayers = false;
        foreach (string raw in File.ReadLines(path))
        {
            int comment = raw.IndexOf('#', StringComparison.Ordinal);
            string line = (comment < 0 ? raw : raw[..comment]).TrimEnd();
            if (line.Length == 0 || line == "---") continue;
            if (line[0] is not (' ' or '-'))
            {
                inLayers = line.StartsWith("layers:", StringComparison.Ordinal);
                continue;
            }

            if (!inLayers) continue;
            string text = line.Trim();
            if (text[0] == '-')
            {
                layers.Add(new(StringComparer.Ordinal));
                text = text[1..].Trim();
            }

            if (text.Length == 0) continue;
            int colon = text.IndexOf(':', StringComparison.Ordinal);
            layers[^1].Add(text[..colon].Trim(), text[(colon + 1)..].Trim().Trim('\'', '"'));
        }

        string[] names = [.. layers.Select(l => l.GetValueOrDefault("name", ""))];
        return new() { Source = "network.yaml", Architecture = "a", Dataset = "d", Layers = [.. layers.Select(l => Layer(l, names))] };
    }

    private static LayerDescription Layer(Dictionary<string, string> keys, string[] names)
    {
        string op = Key("op", "operation", "operator", "convolution")?.ToLowerInvariant() ?? "conv2d";
        string? eltwise = Key("eltwise")?.ToLowerInvariant() ?? (op is "add" or "sub" or "or" or "xor" ? op : null);
        LayerOperator kind = op switch
        {
            "conv1d" => LayerOperator.Conv1d,
            "conv2d" => LayerOperator.Conv2d,
            "convtranspose2d" => LayerOperator.ConvTranspose2d,
            "mlp" or "fc" or "linear" => LayerOperator.Linear,
            _ => LayerOperator.None,
        };
        string[] kernel = Key("kernel_size")?.ToLowerInvariant().Split('x') ?? [];
        return new()
        {
            Processors = new(1),
            Name = Key("name"),
            Operator = kind,
            Elementwise = eltwise is null ? null : Enum.Parse<ElementwiseKind>(eltwise, true),
            Operands = Number("operands") ?? (eltwise is null ? 1 : 2),
            PoolFirst = Key("pool_first")?.ToLowerInvariant() != "false",
            Activation = Enum.Parse<ActivationKind>(Key("activate", "activation") ?? "none", true),
            KernelRows = kernel.Length > 0 ? int.Parse(kernel[0], CultureInfo.InvariantCulture) : null,
            KernelColumns = kernel.Length > 1 ? int.Parse(kernel[1], CultureInfo.InvariantCulture) : null,
            Padding = Number("pad"),
            Dilation = Number("dilation") ?? 1,
            Pooling = Pool(),
            InputChannels = Number("in_channels"),
            InputChannelSkip = Number("in_channel_skip") ?? 0,
            OutputChannels = Number("out_channels"),
            InputDimensions = Numbers("in_dim") is { } dims ? (dims[0], dims.Length > 1 ? dims[1] : 1) : null,
            Crop = Numbers("in_crop") is { } crop ? (crop[0], crop[1]) : (0, 0),
            InputLayers = [.. Key("in_sequences") is { } list ? list.Trim('[', ']').Split(',').Select(Source) : []],
            OutputWidth = Number("output_width") ?? 8,
            OutputShift = Number("output_shift"),
            WeightBits = Number("quantization"),
            Flatten = Key("flatten")?.ToLowerInvariant() == "true",
            Streaming = Key("streaming")?.ToLowerInvariant() == "true",
        };

        string? Key(params string[] aliases) => aliases.Select(a => keys.GetValueOrDefault(a)).FirstOrDefault(v => v is not null);
        int[]? Numbers(string key) => Key(key)?.Trim('[', ']').Split(',').Select(v => int.Parse(v, CultureInfo.InvariantCulture)).ToArray();
        int? Number(string key) => Numbers(key)?[0];
        int Source(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out int n) ? n : text.Trim() == "input" ? -1 : Array.IndexOf(names, text.Trim());
        Pooling? Pool()
        {
            int[]? window = Numbers("max_pool") ?? Numbers("avg_pool");
            if (window is null && Number("pool_stride") is null) return null;
            window ??= [1];
            return new(keys.ContainsKey("avg_pool") ? PoolingKind.Average : PoolingKind.Max, window[0], window[^1], Number("pool_stride") ?? 1);
        }
    }
}

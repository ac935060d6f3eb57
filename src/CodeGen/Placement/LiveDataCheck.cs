// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Device.Limits;
using Ai8x.Device.Registers;
using Ai8x.Networks;

namespace Ai8x.CodeGen.Placement;

/// <summary>
/// Checks word by word that no layer writes over data that is still needed: its own input, and the outputs that belong to the result
/// (network-yaml.md section 4.3).
/// </summary>
internal static class LiveDataCheck
{
    public static void Run(IReadOnlyList<LayerPlacement> layers, NetworkDescription description, List<LimitViolation> violations)
    {
        List<(int Layer, HashSet<int> Words)> kept = [];
        HashSet<int> input = [.. InputWords(layers[0])];
        for (int index = 0; index < layers.Count; index++)
        {
            LayerPlacement layer = layers[index];
            HashSet<int> output = [.. OutputWords(layer)];
            Report(index, output, input, index == 0 ? "the network input" : "its own input");
            foreach ((int earlier, HashSet<int> words) in kept)
            {
                if (earlier != index - 1) Report(index, output, words, string.Create(CultureInfo.InvariantCulture, $"the output of layer {earlier}, which is part of the result"));
            }

            if (layer.IsOutput) kept.Add((index, output));
            input = output;
        }

        void Report(int index, HashSet<int> written, HashSet<int> live, string what)
        {
            int[] both = [.. written.Where(live.Contains).Order()];
            if (both.Length == 0) return;
            LayerPlacement layer = layers[index];
            string first = Place(both[0]);
            violations.Add(new(
                DeviceLimits.LiveData,
                description.Where(index),
                string.Create(CultureInfo.InvariantCulture, $"out_offset 0x{layer.OutputOffset:x4} makes it write {both.Length} words of {what}, the first at {first}"),
                "Choose another out_offset, or other output processors."));
        }
    }

    private static string Place(int word) => string.Create(
        CultureInfo.InvariantCulture, $"byte 0x{word % MemoryMap.InstanceWords * 4:x4} of data memory instance {word / MemoryMap.InstanceWords}");

    private static IEnumerable<int> InputWords(LayerPlacement layer)
    {
        int words = layer.Format == DataFormat.Chw ? (layer.Layer.Input.Pixels + 3) / 4 : layer.Layer.Input.Pixels;
        return Words(layer.InputMap, layer.InputOffset, words);
    }

    private static IEnumerable<int> OutputWords(LayerPlacement layer) =>
        Words(layer.OutputMap, layer.OutputOffset, layer.Layer.Output.Pixels * (layer.Layer.OutputWidth / 8));

    private static IEnumerable<int> Words(ProcessorMap map, int offset, int count) => map.Processors()
        .Select(p => p / MemoryMap.ProcessorsPerInstance)
        .Distinct()
        .SelectMany(instance => Enumerable.Range(instance * MemoryMap.InstanceWords + offset / 4, count));
}

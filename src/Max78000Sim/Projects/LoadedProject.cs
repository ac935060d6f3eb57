// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Ai8x.Device;

namespace Ai8x.Max78000Sim.Projects;

/// <summary>
/// A program as bus accesses, whatever form it was read from: the functions in the order of machine.md section 6.1, what the memory must hold afterwards, and how
/// the result is fetched.
/// </summary>
/// <param name="Functions">Functions in call order: <c>cnn_init</c>, <c>cnn_load_weights</c>, <c>cnn_load_bias</c>, <c>cnn_configure</c>, <c>load_input</c>, <c>cnn_start</c>.</param>
/// <param name="Acknowledge">The accesses of the interrupt routine, or null if the program has none.</param>
/// <param name="KnownAnswer">Expected memory words.</param>
/// <param name="LayerNames">Names of layers by hardware layer, as far as the program tells.</param>
/// <param name="Unload">How the result is fetched, or null if the program does not say.</param>
public sealed record LoadedProject(
    ImmutableArray<ProgramFunction> Functions,
    ProgramFunction? Acknowledge,
    ImmutableArray<KnownAnswerRecord> KnownAnswer,
    ImmutableSortedDictionary<int, string> LayerNames,
    UnloadMap? Unload)
{
    /// <summary>The function that loads the sample input.</summary>
    public const string InputFunction = "load_input";

    /// <summary>The function that starts an inference.</summary>
    public const string StartFunction = "cnn_start";

    /// <summary>The fixed order of functions.</summary>
    public static ImmutableArray<string> CallOrder { get; } =
        ["cnn_enable", "cnn_init", "cnn_load_weights", "cnn_load_bias", "cnn_configure", InputFunction, StartFunction];

    /// <summary>The stores of the program's own sample input.</summary>
    public IEnumerable<BusWrite> SampleInput => Functions
        .Where(f => f.Name == InputFunction)
        .SelectMany(f => f.Operations)
        .Where(o => o.Kind == BusOperationKind.Write)
        .Select(o => new BusWrite(o.Address, o.Value, o.Width));

    /// <summary>Name of a layer for people.</summary>
    /// <param name="layer">Hardware layer.</param>
    public string LayerName(int layer) => LayerNames.TryGetValue(layer, out string? name) ? name : $"layer {layer}";
}

/// <summary>Consecutive words whose masked values are known.</summary>
/// <param name="Address">Address of the first word.</param>
/// <param name="Mask">Bits that are compared.</param>
/// <param name="Words">Masked values.</param>
public sealed record KnownAnswerRecord(uint Address, uint Mask, ImmutableArray<uint> Words);

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using Ai8x.Datasets;

namespace Ai8x.Flow;

/// <summary>The command <c>evaluate --all</c>: every exported model on its data set, float, dequantized where there is such a file, and integer on request.</summary>
public static class ExamplesEvaluation
{
    /// <summary>Evaluates <c>NAME/saved_model.onnx</c> and <c>NAME/saved_model_dq.onnx</c> for every data set <c>NAME</c> that the folder has a model of.</summary>
    /// <param name="export">The folder, for example <c>export</c>.</param>
    /// <param name="networks">Folder with <c>NAME.yaml</c> for the integer arithmetic, or null for the descriptions that come with the program.</param>
    /// <param name="template">Options of all of them; model, data set and description are replaced. With <see cref="EvaluateOptions.OnChipArithmetic"/> each model is evaluated once more in integers.</param>
    /// <param name="observer">Receives report lines and progress.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>One result for each evaluation, in the order of the data sets' names.</returns>
    /// <exception cref="FlowException">The folder holds no model of a known data set, or a description is missing.</exception>
    public static ImmutableArray<EvaluateResult> Run(string export, string? networks, EvaluateOptions template, FlowObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(export);
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(observer);
        string[] names = [.. DatasetCatalog.Names.Where(name => File.Exists(Model(export, name))).Order(StringComparer.Ordinal)];
        if (names.Length == 0) throw new FlowException($"--all: '{export}' holds no DATASET/saved_model.onnx. Make one with 'ai8x train --preset mnist', or name the folder with --export-dir.");
        ImmutableArray<EvaluateOptions> plan = [.. names.SelectMany(name => Plan(export, networks, template, name))];
        ImmutableArray<EvaluateResult>.Builder results = ImmutableArray.CreateBuilder<EvaluateResult>(plan.Length);
        foreach (EvaluateOptions options in plan)
        {
            cancellation.ThrowIfCancellationRequested();
            observer.Line($"{Text.Shown(options.OnnxFile)} on {options.Dataset}{(options.OnChipArithmetic ? ", integer" : "")}:");
            results.Add(EvaluationFlow.Run(options, observer, cancellation));
        }

        foreach (EvaluateResult result in results)
        {
            observer.Line(string.Create(CultureInfo.InvariantCulture, $"{Text.Shown(result.OnnxFile!)}{(result.OnChipArithmetic ? ", integer" : "")}: {result.Correct} of {result.Count}, {result.Accuracy:0.0000}"));
        }

        return results.ToImmutable();
    }

    private static IEnumerable<EvaluateOptions> Plan(string export, string? networks, EvaluateOptions template, string name)
    {
        EvaluateOptions floating = template with { OnnxFile = Model(export, name), Dataset = name, OnChipArithmetic = false, ConfigFile = null };
        yield return floating;
        string dequantized = Path.Combine(export, name, "saved_model_dq.onnx");
        if (File.Exists(dequantized)) yield return floating with { OnnxFile = dequantized };
        if (!template.OnChipArithmetic) yield break;
        string config = Path.Combine(networks ?? DescriptionFolder.Find(), name + ".yaml");
        if (networks is null && !File.Exists(config))
        {
            // Where no description comes with the program the placement is planned, as for a single model.
            yield return floating with { OnChipArithmetic = true };
            yield break;
        }

        if (!File.Exists(config)) throw new FlowException($"{config}: there is no description of this network, which --config-file stands for. Add it to the folder, or leave --config-file out: then it is planned.");
        yield return floating with { OnChipArithmetic = true, ConfigFile = config };
    }

    private static string Model(string export, string name) => Path.Combine(export, name, "saved_model.onnx");
}

// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Ai8x.CodeGen;
using Ai8x.CodeGen.Planning;
using Ai8x.Networks;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.Flow;

/// <summary>Writes results as JSON: stable names, addresses and words as <c>0x</c> hexadecimal text, accuracies as 0..1.</summary>
public static class ResultJson
{
    /// <summary>Makes sure that a result can be written, before the work that it tells of is done; does nothing without a path.</summary>
    /// <param name="path">File that will be written, or null.</param>
    /// <exception cref="FlowException">The path is a folder, or lies in a folder that cannot be written.</exception>
    public static void Require(string? path)
    {
        if (path is not null) OutputFile.Require("--json", path);
    }

    /// <summary>Writes a training result; does nothing without a path.</summary>
    /// <param name="path">File to write, or null.</param>
    /// <param name="result">The result.</param>
    public static void Write(string? path, TrainResult result) => Write(path, json => Train(json, result));

    /// <summary>Writes an evaluation result; does nothing without a path.</summary>
    /// <param name="path">File to write, or null.</param>
    /// <param name="result">The result.</param>
    public static void Write(string? path, EvaluateResult result) => Write(path, json => Evaluate(json, result));

    /// <summary>Writes the results of several models as the array <c>evaluations</c>; does nothing without a path.</summary>
    /// <param name="path">File to write, or null.</param>
    /// <param name="results">The results.</param>
    public static void Write(string? path, ImmutableArray<EvaluateResult> results) =>
        Write(path, json => Objects(json, "evaluations", results, result => Evaluate(json, result)));

    /// <summary>Writes a synthesis result; does nothing without a path.</summary>
    /// <param name="path">File to write, or null.</param>
    /// <param name="result">The result.</param>
    public static void Write(string? path, SynthesizeResult result) => Write(path, json => Synthesis(json, result));

    /// <summary>Writes the results of all examples as the array <c>projects</c>; does nothing without a path.</summary>
    /// <param name="path">File to write, or null.</param>
    /// <param name="results">The results.</param>
    public static void Write(string? path, ImmutableArray<SynthesizeResult> results) =>
        Write(path, json => Objects(json, "projects", results, result => Synthesis(json, result)));

    /// <summary>Writes a plan; does nothing without a path.</summary>
    /// <param name="path">File to write, or null.</param>
    /// <param name="result">The plan.</param>
    public static void Write(string? path, PlanResult result) => Write(path, json =>
    {
        Planned(json, result.Plan);
        Rewrites(json, result.Rewrites);
    });

    /// <summary>Writes a simulation result; does nothing without a path.</summary>
    /// <param name="path">File to write, or null.</param>
    /// <param name="result">The result.</param>
    public static void Write(string? path, SimulateResult result) => Write(path, json => Simulate(json, result));

    /// <summary>Writes a verification result; does nothing without a path.</summary>
    /// <param name="path">File to write, or null.</param>
    /// <param name="result">The result.</param>
    public static void Write(string? path, VerifyResult result) => Write(path, json => Verify(json, result));

    /// <summary>Writes a demonstration result; does nothing without a path.</summary>
    /// <param name="path">File to write, or null.</param>
    /// <param name="result">The result.</param>
    public static void Write(string? path, DemoResult result) => Write(path, json =>
    {
        json.WriteBoolean("passed", result.Passed);
        Nested(json, "train", () => Train(json, result.Train));
        Nested(json, "float", () => Evaluate(json, result.FloatTest));
        Nested(json, "integer", () => Evaluate(json, result.IntegerTest));
        Nested(json, "verify", () => Verify(json, result.Verify));
    });

    private static void Synthesis(Utf8JsonWriter json, SynthesizeResult result)
    {
        json.WriteString("project", result.ProjectDirectory);
        json.WriteString("dequantized", result.DequantizedFile);
        Timing(json, result.TotalCycles, result.Layers);
        Strings(json, "notices", result.Notices);
        Rewrites(json, result.Rewrites);
    }

    private static void Rewrites(Utf8JsonWriter json, ImmutableArray<GraphRewrite> rewrites)
    {
        Objects(json, "rewrites", rewrites, rewrite =>
        {
            json.WriteString("layer", rewrite.Layer);
            json.WriteString("what", rewrite.What);
            json.WriteString("why", rewrite.Why);
        });
    }

    private static void Planned(Utf8JsonWriter json, NetworkPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        json.WriteNumber("cycles", plan.Cycles);
        json.WriteNumber("leastCycles", plan.LeastCycles);
        json.WriteNumber("peakBytes", plan.PeakBytes);
        json.WriteNumber("quadrants", plan.Quadrants);
        json.WriteNumber("streamingLayers", plan.StreamingLayers);
        json.WriteString("input", plan.Synthesis.Input switch { InputPath.Memory => "memory", InputPath.Fifo => "fifo", InputPath.FastFifo => "fast-fifo", _ => "fast-fifo-quad" });
        json.WriteString("dataFormat", plan.Description.Layers[0].DataFormat == DataFormat.Chw ? "CHW" : "HWC");
        Objects(json, "layers", plan.Layers, layer =>
        {
            json.WriteNumber("index", layer.Index);
            json.WriteString("name", layer.Name);
            json.WriteString("processors", layer.Processors.ToString());
            json.WriteString("outputProcessors", layer.OutputProcessors.ToString());
            json.WriteNumber("passes", layer.Passes);
            json.WriteNumber("inOffset", layer.InputOffset);
            json.WriteNumber("outOffset", layer.OutputOffset);
            json.WriteNumber("liveBytes", layer.LiveBytes);
            json.WriteNumber("ringWords", layer.RingWords);
            json.WriteNumber("kernelWords", layer.KernelWords);
            json.WriteNumber("cycles", layer.Cycles);
            json.WriteNumber("utilisation", layer.Utilisation);
            Strings(json, "reasons", layer.Reasons);
        });
        Strings(json, "changes", plan.Changes);
    }

    private static void Train(Utf8JsonWriter json, TrainResult result)
    {
        json.WriteString("model", result.OnnxFile);
        json.WriteString("sample", result.SampleFile);
        json.WriteString("log", result.LogFolder);
        json.WriteNumber("parameters", result.Parameters);
        json.WriteNumber("epochs", result.Epochs);
        json.WriteNumber("bestEpoch", result.BestEpoch);
        json.WriteNumber("valAccuracy", result.ValidationAccuracy);
        json.WriteNumber("testAccuracy", result.TestAccuracy);
        json.WriteNumber("testCount", result.TestCount);
        json.WriteString("weightsSha256", result.WeightHash);
        json.WriteNumber("seconds", result.Seconds);
        json.WriteString("picture", result.PictureFile);
        json.WriteString("description", result.DescriptionFile);
        Strings(json, "classSamples", result.ClassSampleFiles);
    }

    private static void Evaluate(Utf8JsonWriter json, EvaluateResult result)
    {
        if (result.OnnxFile is not null) json.WriteString("model", result.OnnxFile);
        if (result.Dataset is not null) json.WriteString("dataset", result.Dataset);
        json.WriteBoolean("integer", result.OnChipArithmetic);
        json.WriteNumber("count", result.Count);
        json.WriteNumber("correct", result.Correct);
        json.WriteNumber("accuracy", result.Accuracy);
        json.WriteStartArray("confusion");
        foreach (ImmutableArray<int> row in result.Confusion)
        {
            json.WriteStartArray();
            foreach (int count in row) json.WriteNumberValue(count);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        ClassScores(json, result);
        if (!result.OnChipArithmetic) return;
        Objects(json, "disagreements", result.Disagreements, sample =>
        {
            json.WriteNumber("index", sample.Index);
            json.WriteNumber("label", sample.Label);
            json.WriteNumber("float", sample.FloatClass);
            json.WriteNumber("integer", sample.IntegerClass);
        });
    }

    private static void ClassScores(Utf8JsonWriter json, EvaluateResult result)
    {
        Objects(json, "classes", result.Scores, score =>
        {
            json.WriteString("name", score.Name);
            json.WriteNumber("support", score.Support);
            json.WriteNumber("precision", score.Precision);
            json.WriteNumber("recall", score.Recall);
            json.WriteNumber("f1", score.F1);
        });
    }

    private static void Simulate(Utf8JsonWriter json, SimulateResult result)
    {
        json.WriteBoolean("passed", result.Passed);
        json.WriteString("verdict", result.Verdict);
        json.WriteStartObject("mismatches");
        json.WriteNumber("count", result.MismatchCount);
        Objects(json, "first", result.FirstMismatches, mismatch =>
        {
            json.WriteString("address", Hex(mismatch.Address));
            json.WriteString("expected", Hex(mismatch.Expected));
            json.WriteString("actual", Hex(mismatch.Actual));
        });
        json.WriteEndObject();
        Timing(json, result.TotalCycles, result.Layers);
        json.WriteNumber("estimate", result.TotalEstimate);
        Objects(json, "output", result.Output, record =>
        {
            json.WriteString("address", Hex(record.Address));
            json.WriteString("mask", Hex(record.Mask));
            Strings(json, "words", record.Words.Select(Hex));
        });
        SimulateDetails(json, result);
    }

    /// <summary>What goes beyond the answer: checks of layers and images, time on the bus, energy.</summary>
    private static void SimulateDetails(Utf8JsonWriter json, SimulateResult result)
    {
        json.WriteBoolean("knownAnswerChecked", result.KnownAnswerChecked);
        json.WriteNumber("comparedLayers", result.ComparedLayers);
        if (result.Difference is { } difference)
        {
            json.WriteStartObject("difference");
            json.WriteNumber("layer", difference.Layer);
            json.WriteString("name", difference.Name);
            json.WriteNumber("channel", difference.Channel);
            json.WriteNumber("row", difference.Row);
            json.WriteNumber("column", difference.Column);
            json.WriteNumber("cycle", difference.Cycle);
            json.WriteNumber("expected", difference.Expected);
            json.WriteNumber("actual", difference.Actual);
            json.WriteEndObject();
        }

        json.WriteNumber("images", result.Images);
        json.WriteNumber("differingImages", result.DifferingImages);
        if (result.MicrosecondsPerImage is { } time) json.WriteNumber("microsecondsPerImage", time);
        Objects(json, "bus", result.Bus, share =>
        {
            json.WriteString("function", share.Function);
            json.WriteNumber("writes", share.Writes);
            json.WriteNumber("reads", share.Reads);
            json.WriteNumber("microseconds", share.Microseconds);
        });
        json.WriteStartObject("energyEstimate");
        json.WriteNumber("microjoules", result.Energy.Microjoules);
        json.WriteNumber("error", result.Energy.Error);
        json.WriteString("source", Max78000Sim.Energy.EnergyEstimate.Source);
        json.WriteEndObject();
    }

    private static void Verify(Utf8JsonWriter json, VerifyResult result)
    {
        json.WriteBoolean("passed", result.Passed);
        json.WriteString("verdict", result.Verdict);
        json.WriteNumber("images", result.Images);
        json.WriteNumber("comparedValues", result.ComparedValues);
        if (result.SimulatedCorrect is { } correct) json.WriteNumber("simulatedCorrect", correct);
        json.WriteString("project", result.ProjectDirectory);
        Timing(json, result.TotalCycles, result.Layers);
        Rewrites(json, result.Rewrites);
    }

    private static void Timing(Utf8JsonWriter json, long total, ImmutableArray<LayerTiming> layers)
    {
        json.WriteNumber("cycles", total);
        Objects(json, "layers", layers, layer =>
        {
            json.WriteNumber("index", layer.Index);
            json.WriteString("name", layer.Name);
            json.WriteNumber("cycles", layer.Cycles);
            json.WriteNumber("estimate", layer.Estimate);
        });
    }

    private static void Objects<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> content)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            content(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> items)
    {
        json.WriteStartArray(name);
        foreach (string item in items) json.WriteStringValue(item);
        json.WriteEndArray();
    }

    private static void Nested(Utf8JsonWriter json, string name, Action content)
    {
        json.WriteStartObject(name);
        content();
        json.WriteEndObject();
    }

    private static void Write(string? path, Action<Utf8JsonWriter> content)
    {
        if (path is null) return;
        AtomicFile.Write(path, stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        });
    }

    private static string Hex(uint value) => "0x" + value.ToString("x8", CultureInfo.InvariantCulture);
}

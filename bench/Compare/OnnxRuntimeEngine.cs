// SPDX-License-Identifier: MIT
using Ai8x.Bench.Measuring;
using Ai8x.Bench.Models;
using Ai8x.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Ai8x.Compare;

/// <summary>ONNX Runtime with all graph optimizations; the model is written without anything that it would have to remove first.</summary>
internal sealed class OnnxRuntimeEngine : IMeasuredEngine
{
    private const float Divisor = 128;
    private readonly BenchmarkModel _model;
    private readonly SampleSource _source;
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly string[] _inputNames = [OnnxModelWriter.InputName];
    private readonly string[] _outputNames = [OnnxModelWriter.OutputName];
    private OrtValue[] _inputs = [];
    private OrtValue[] _outputs = [];
    private float[] _logits = [];

    public OnnxRuntimeEngine(BenchmarkModel model, SampleSource source, int threads)
    {
        (_model, _source) = (model, source);
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        _session = new InferenceSession(OnnxModelWriter.Write(model), options);
    }

    public string Name => "ONNX Runtime";

    public string Version { get; } = OrtEnv.Instance().GetVersionString();

    public string Data => _source.Name;

    public void BeginTraining(int batch) => throw new NotSupportedException("this build of ONNX Runtime does not train");

    public double TrainingStep(bool wantLoss) => throw new NotSupportedException("this build of ONNX Runtime does not train");

    public void BeginInference(int batch)
    {
        SampleShape shape = _model.Input;
        var bytes = new sbyte[batch * shape.Count];
        _source.Fill([.. Enumerable.Range(0, batch)], bytes);
        var values = new float[bytes.Length];
        for (int image = 0; image < batch; image++)
            for (int pixel = 0; pixel < shape.Pixels; pixel++)
                for (int channel = 0; channel < shape.Channels; channel++)
                    values[image * shape.Count + channel * shape.Pixels + pixel] = bytes[image * shape.Count + pixel * shape.Channels + channel] / Divisor;
        _logits = new float[batch * _model.Classes];
        _inputs = [OrtValue.CreateTensorValueFromMemory(values, [.. OnnxModelWriter.InputShape(_model).Select((extent, axis) => axis == 0 ? batch : extent)])];
        _outputs = [OrtValue.CreateTensorValueFromMemory(_logits, [batch, _model.Classes])];
    }

    public void Infer() => _session.Run(_options, _inputNames, _inputs, _outputNames, _outputs);

    public float[] FirstLogits() => _logits[.._model.Classes];

    public void Dispose()
    {
        foreach (OrtValue value in _inputs.Concat(_outputs)) value.Dispose();
        _options.Dispose();
        _session.Dispose();
    }
}

// SPDX-License-Identifier: MIT
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Ai8x.Onnx.Tests;

/// <summary>ONNX Runtime as the judge of exported files; a test that needs it is skipped where its native library does not load.</summary>
internal static class OrtSession
{
    private static readonly Lazy<string?> Reason = new(() =>
    {
        try
        {
            _ = OrtEnv.Instance().GetVersionString();
            return null;
        }
        catch (Exception error) when (error is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return "ONNX Runtime does not load here: " + error.Message;
        }
    });

    public static float[] Run(byte[] model, double[] input, out int[] shape)
    {
        Assert.SkipUnless(Reason.Value is null, Reason.Value ?? "");
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(model, options);
        (string name, NodeMetadata facts) = session.InputMetadata.Single();
        Assert.Equal(OnnxExporter.InputName, name);
        int[] axes = [1, .. facts.Dimensions.Skip(1)];
        var tensor = new DenseTensor<float>(Array.ConvertAll(input, v => (float)v), axes);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run([NamedOnnxValue.CreateFromTensor(name, tensor)]);
        DisposableNamedOnnxValue result = results.ElementAt(0);
        DenseTensor<float> values = Assert.IsType<DenseTensor<float>>(result.Value);
        shape = values.Dimensions.ToArray();
        return values.ToArray();
    }
}

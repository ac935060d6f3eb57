// SPDX-License-Identifier: MIT
using Ai8x.Networks;
using Ai8x.Tensors;

namespace Ai8x.Onnx.Tests.Legalisation;

/// <summary>Compares a model as ONNX Runtime computes it with its layers as plain loops compute them.</summary>
internal static class Agreement
{
    private const double Tolerance = 1e-4;

    /// <summary>Imports a model whose data stands channels-first from input to output, and compares three random inputs.</summary>
    public static NetworkGraph Check(ModelSketch sketch, string what = "model")
    {
        byte[] model = sketch.Finish();
        NetworkGraph network = OnnxImporter.Import(model, $"{what} ({string.Join(' ', sketch.Nodes.Select(node => node.OpType))})");
        Check(model, network, sketch.Shape, values => values, what);

        // Float inference checks that each layer is one of the chip's and agrees with itself.
        using var context = new ComputeContext(1);
        using var runner = new GraphRunner(network, context, 1);
        return network;
    }

    /// <summary>Compares three random inputs, with the order of the file's input given from the channel-major one.</summary>
    public static void Check(byte[] model, NetworkGraph network, int[] shape, Func<double[], double[]> inFileOrder, string what)
    {
        var random = new Random(shape.Sum());
        for (int round = 0; round < 3; round++)
        {
            double[] input = [.. Enumerable.Range(0, network.Input.Count).Select(_ => random.Next(-128, 128) / 128.0)];
            float[] expected = OrtSession.Run(model, inFileOrder(input), out _);
            double[] actual = PlainEvaluator.Run(network, input);
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++)
            {
                double error = Math.Abs(expected[i] - actual[i]) / Math.Max(1, Math.Abs(expected[i]));
                Assert.True(error <= Tolerance, FormattableString.Invariant($"{what}, value {i}: ONNX Runtime {expected[i]}, layers {actual[i]}; {string.Join("; ", network.Rewrites)}"));
            }
        }
    }
}

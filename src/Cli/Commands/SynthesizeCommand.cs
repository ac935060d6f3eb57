// SPDX-License-Identifier: MIT
using System.CommandLine;
using Ai8x.Flow;

namespace Ai8x.Cli.Commands;

/// <summary><c>ai8x synthesize</c>.</summary>
internal static class SynthesizeCommand
{
    public static Command Create(Terminal terminal)
    {
        var checkpoint = new Option<string>("--checkpoint-file") { Description = "ONNX model, or a folder with integer weights_layerN.npy and bias_layerN.npy.", Required = true, HelpName = "FILE" };
        Option<string> config = CommonOptions.ConfigFile();
        var sample = new Option<string>("--sample-input") { Description = "Sample (.npy, signed integers, channel first) for the known answer.", Required = true, HelpName = "FILE" };
        var prefix = new Option<string>("--prefix") { Description = "Name of the project and of its folder.", Required = true, HelpName = "NAME" };
        var testDir = new Option<string>("--test-dir") { Description = "Folder that receives the project's folder.", DefaultValueFactory = _ => "projects", HelpName = "DIR" };
        var softmax = new Option<bool>("--softmax") { Description = "Let the project compute the soft-max of the result." };
        var dequantized = new Option<bool>("--generate-dequantized-onnx-file") { Description = "Write NAME_dq.onnx with quantized weights beside the ONNX model." };
        var dump = new Option<string>("--dump-program") { Description = "Also write the program as vector files into this folder.", HelpName = "DIR" };
        var device = new Option<string>("--device") { Description = "Target; only MAX78000.", DefaultValueFactory = _ => "MAX78000" };
        device.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "MAX78000");
        var compact = new Option<bool>("--compact-data") { Description = "Accepted: data is always loaded by block copies." };
        var express = new Option<bool>("--mexpress") { Description = "Accepted: kernels are always loaded in express mode." };
        var embedded = new Option<bool>("--embedded-code") { Description = "Accepted: the project is always embedded code." };
        Option<FileInfo> json = CommonOptions.Json();
        var quantization = new QuantizationArguments();
        var command = new Command("synthesize", """
            Quantizes a model, places it in the accelerator and writes the C project.

            Example:
              ai8x synthesize --checkpoint-file export/mnist/saved_model.onnx --config-file networks/mnist.yaml \
                --sample-input export/mnist/sampledata.npy --prefix mnist --test-dir projects --softmax
            """)
        {
            checkpoint, config, sample, prefix, testDir, softmax, dequantized, dump, device, compact, express, embedded, json,
        };
        quantization.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var options = new SynthesizeOptions
            {
                CheckpointFile = parsed.GetValue(checkpoint)!,
                ConfigFile = parsed.GetValue(config),
                SampleInput = parsed.GetValue(sample)!,
                Prefix = parsed.GetValue(prefix)!,
                TestDirectory = parsed.GetValue(testDir)!,
                Softmax = parsed.GetValue(softmax),
                DequantizedOnnx = parsed.GetValue(dequantized),
                DumpProgram = parsed.GetValue(dump),
                Quantization = quantization.Read(parsed),
            };
            SynthesizeResult result = terminal.Watch(observer => SynthesisFlow.Run(options, observer, cancellation));
            ResultJson.Write(parsed.GetValue(json)?.FullName, result);
            return Task.FromResult(ExitCode.Ok);
        });
        return command;
    }
}

// SPDX-License-Identifier: MIT
using System.CommandLine;
using Ai8x.Flow;

namespace Ai8x.Cli.Commands;

/// <summary><c>ai8x demo</c>.</summary>
internal static class DemoCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<int> epochs = OptionValues.Integer("--epochs", "Epochs of training.", 1, 1000, DemoOptions.DefaultEpochs);
        Option<int> images = OptionValues.Integer("--images", "Test images that run on the simulated chip.", 1, 2000, DemoOptions.DefaultImages);
        Option<int> threads = CommonOptions.Threads();
        var output = new Option<string>("--output") { Description = "Folder that receives the model and the C project.", DefaultValueFactory = _ => "export/demo", HelpName = "DIR" };
        Option<string> json = CommonOptions.Json();
        var command = new Command("demo", """
            Runs the whole flow on the bundled images: train, export, quantize, generate C, simulate, verify.

            Example:
              ai8x demo
            """)
        {
            epochs, images, threads, output, json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var options = new DemoOptions
            {
                Epochs = parsed.GetValue(epochs),
                Images = parsed.GetValue(images),
                Threads = parsed.GetValue(threads),
                OutputDirectory = parsed.GetValue(output)!,
            };
            string? file = parsed.GetValue(json);
            ResultJson.Require(file);
            DemoResult result = terminal.Watch(observer => DemoFlow.Run(options, observer, cancellation));
            ResultJson.Write(file, result);
            return Task.FromResult(result.Passed ? ExitCode.Ok : ExitCode.Mismatch);
        });
        return command;
    }
}

// SPDX-License-Identifier: MIT
using System.CommandLine;
using Ai8x.Flow;

namespace Ai8x.Cli.Commands;

/// <summary><c>ai8x train</c>.</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new TrainArguments();
        Option<string> json = CommonOptions.Json();
        var command = new Command("train", """
            Trains a model on a data set, evaluates it and exports it as ONNX.

            Examples:
              ai8x train --preset mnist
              ai8x train --model mnist_model --dataset mnist --epochs 15 --batch_size 256 --lr 0.001
            """);
        options.AddTo(command);
        command.Options.Add(json);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(terminal, options.Read(parsed), parsed.GetValue(json), cancellation)));
        return command;
    }

    private static int Run(Terminal terminal, TrainOptions options, string? json, CancellationToken cancellation)
    {
        ResultJson.Require(json);
        TrainResult result = terminal.Watch(observer => TrainingFlow.Run(options, observer, cancellation));
        ResultJson.Write(json, result);
        return ExitCode.Ok;
    }
}

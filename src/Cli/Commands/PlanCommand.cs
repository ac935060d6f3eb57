// SPDX-License-Identifier: MIT
using System.CommandLine;
using Ai8x.CodeGen.Planning;
using Ai8x.Flow;

namespace Ai8x.Cli.Commands;

/// <summary><c>ai8x plan</c>.</summary>
internal static class PlanCommand
{
    public static Command Create(Terminal terminal)
    {
        var model = new Option<string>("--onnx-file") { Description = "The model.", HelpName = "FILE", Required = true };
        var output = new Option<string>("--output") { Description = "File that receives the description.", HelpName = "FILE", DefaultValueFactory = _ => "network.yaml" };
        var config = new Option<string>("--config-file") { Description = "A description whose layers are planned anew; its placement does not count.", HelpName = "FILE" };
        var objective = OptionValues.Choice("--objective", "What is made small where there is a choice.", PlanObjective.Latency, ("latency", PlanObjective.Latency), ("memory", PlanObjective.Memory), ("energy", PlanObjective.Energy));
        var bits = OptionValues.Choice("--weight-bits", "Bits of a weight.", 8, ("1", 1), ("2", 2), ("4", 4), ("8", 8));
        var dataset = new Option<string>("--dataset") { Description = "Name of the data set for the description.", HelpName = "NAME" };
        var riscv = new Option<bool>("--riscv") { Description = "The RISC-V core runs the program: an input without room in data memory may come through its fast FIFO." };
        var report = new Option<bool>("--report") { Description = "Show the reasons of all choices." };
        var explain = new Option<bool>("--explain") { Description = "Show a table of the layers: processors, passes, live data before and after, cycles, use of the multipliers, what takes the time." };
        var drawing = new Option<string>("--svg") { Description = "File that receives a drawing of data and kernel memory over time.", HelpName = "FILE" };
        Option<string> json = CommonOptions.Json();
        var quantization = new QuantizationArguments();
        var command = new Command("plan", """
            Makes the network description by itself: processors, offsets, data format and passes of every layer,
            and which of the first layers stream where the input has no room in data memory.

            Examples:
              ai8x plan --onnx-file export/mnist/saved_model.onnx --output mnist.yaml
              ai8x plan --onnx-file saved_model.onnx --objective memory --report
              ai8x plan --onnx-file saved_model.onnx --explain --svg plan.svg
            """)
        {
            model, output, config, objective, bits, dataset, riscv, report, explain, drawing, json,
        };
        quantization.AddTo(command);
        command.KeepInputs([model], output, drawing, json);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            var options = new PlanCommandOptions
            {
                OnnxFile = parsed.GetValue(model)!,
                Output = parsed.GetValue(output)!,
                ConfigFile = parsed.GetValue(config),
                Objective = parsed.GetValue(objective),
                WeightBits = parsed.GetValue(bits),
                Riscv = parsed.GetValue(riscv),
                Report = parsed.GetValue(report),
                Explain = parsed.GetValue(explain),
                Drawing = parsed.GetValue(drawing),
                Dataset = parsed.GetValue(dataset),
                Quantization = quantization.Read(parsed),
            };
            string? file = parsed.GetValue(json);
            ResultJson.Require(file);
            PlanResult result = terminal.Watch(observer => PlanFlow.Run(options, observer, cancellation));
            ResultJson.Write(file, result);
            return ExitCode.Ok;
        }
    }
}

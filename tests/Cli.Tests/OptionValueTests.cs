// SPDX-License-Identifier: MIT
using System.CommandLine;

namespace Ai8x.Cli.Tests;

/// <summary>A value that cannot be used is refused by one line that names the option, the rule and the value; an option is never obeyed half.</summary>
public sealed class OptionValueTests
{
    private static readonly string[] Train = ["train", "--model", "mnist_model", "--dataset", "mnist"];
    private static readonly string[] Synthesize = ["synthesize", "--checkpoint-file", "m", "--config-file", "c", "--sample-input", "s", "--prefix", "p"];

    /// <summary>Every option of every command that takes a value.</summary>
    public static TheoryData<string, string> Valued
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (Command command in Ai8xCommand.Create(new Terminal(TextWriter.Null, TextWriter.Null, null)).Subcommands)
            {
                foreach (Option option in command.Options.Where(option => !option.Hidden && option.Arity.MinimumNumberOfValues > 0)) data.Add(command.Name, option.Name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Valued))]
    public async Task EmptyValue_IsRefusedByName(string command, string option)
    {
        string error = await Refusal(command, option, "");
        Assert.Contains($"{option} is empty.", error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Valued))]
    public async Task OptionGivenTwice_IsRefusedByName(string command, string option)
    {
        if (option is "--trace" or "--no-bias" or "--streaming-layers") return;
        string error = await Refusal(command, option, "1", option, "2");
        Assert.Contains($"{option} is given twice.", error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Valued))]
    public async Task ValueOfAnotherType_NamesTheOptionAndNoTypeOfTheProgram(string command, string option)
    {
        string error = await Refusal(command, option, "!?", "--no-such-option");
        Assert.DoesNotContain("System.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Ai8x.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("not recognized", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--epochs 999999999999", "--epochs '999999999999': a whole number from 1 to 100000 is needed.")]
    [InlineData("--epochs -3", "--epochs '-3': a whole number from 1 to 100000 is needed.")]
    [InlineData("--threads 1e3", "--threads '1e3': a whole number from 1 to 1024 is needed.")]
    [InlineData("--seed -1", "--seed '-1': a whole number from 0 to 18446744073709551615 is needed.")]
    [InlineData("--early-stop 0", "--early-stop '0': a whole number from 1 to 100000 is needed.")]
    [InlineData("--lr NaN", "--lr 'NaN': a number above 0, at most 1000, is needed.")]
    [InlineData("--lr inf", "--lr 'inf': a number above 0, at most 1000, is needed.")]
    [InlineData("--lr 1e-60", "--lr '1e-60': a number above 0, at most 1000, is needed.")]
    [InlineData("--metrics f1", "--metrics 'f1': one of accuracy, top5, loss is needed.")]
    [InlineData("--schedule cosine", "--schedule 'cosine': one of published, linear, constant is needed.")]
    [InlineData("--shift -1", "--shift '-1': a whole number from 0 to 64 is needed.")]
    [InlineData("--hide 65", "--hide '65': a whole number from 0 to 64 is needed.")]
    [InlineData("--optimizer RMSprop", "--optimizer 'RMSprop': one of Adam, SGD is needed.")]
    [InlineData("--export first", "--export 'first': one of last, best is needed.")]
    [InlineData("--input-scale 64", "--input-scale '64': one of 128, 256 is needed.")]
    public async Task BadTrainingValue_IsNamedOnceWithItsRule(string given, string message)
    {
        string error = await Refusal([.. Train, .. given.Split(' ')]);
        Assert.Equal(1, error.Split(message).Length - 1);
    }

    [Theory]
    [InlineData("", false, 0, 0)]
    [InlineData("--mirror --shift 2 --hide 5", true, 2, 5)]
    public void ChangesOfImages_ReachTheTraining(string given, bool mirror, int shift, int hide)
    {
        var arguments = new Commands.TrainArguments();
        var command = new Command("train");
        arguments.AddTo(command);

        Flow.TrainOptions options = arguments.Read(command.Parse(["--model", "mnist_model", "--dataset", "mnist", .. given.Split(' ', StringSplitOptions.RemoveEmptyEntries)]));

        Assert.Equal((mirror, shift, hide), (options.MirrorImages, options.ShiftImages, options.HideImages));
    }

    [Theory]
    [InlineData("--device MAX78002", "--device 'MAX78002': only MAX78000 is possible.")]
    [InlineData("--board-name other", "--board-name 'other': one of EvKit_V1, FTHR_RevA is needed.")]
    [InlineData("--input-offset 40000", "--input-offset '40000': a whole number from 0 to 32767 is needed.")]
    [InlineData("--input-offset 99999999999999", "--input-offset '99999999999999': a whole number from 0 to 32767 is needed.")]
    [InlineData("--output-width 16", "--output-width '16': one of 8, 32 is needed.")]
    [InlineData("--scale 1e300", "--scale '1e300': a number above 0, at most 1024, is needed.")]
    [InlineData("--softmax=maybe", "Unrecognized command or argument 'maybe'.")]
    [InlineData("--all=maybe", "Unrecognized command or argument 'maybe'.")]
    public async Task BadSynthesisValue_IsNamedOnceWithItsRule(string given, string message)
    {
        string error = await Refusal([.. Synthesize, .. given.Split(' ')]);
        Assert.Equal(1, error.Split(message).Length - 1);
    }

    [Theory]
    [InlineData("plan --onnx-file m --objective 7", "--objective '7': one of latency, memory, energy is needed.")]
    [InlineData("evaluate --onnx-file m --dataset mnist --part 2", "--part '2': one of train, valid, test is needed.")]
    [InlineData("plan --onnx-file m --weight-bits 3", "--weight-bits '3': one of 1, 2, 4, 8 is needed.")]
    [InlineData("plan --onnx-file m.onnx --output ./m.onnx", "--output names the file that --onnx-file reads. Name another.")]
    [InlineData("plan --onnx-file m.onnx --svg m.onnx", "--svg names the file that --onnx-file reads. Name another.")]
    [InlineData("plan --onnx-file m.onnx --json m.onnx", "--json names the file that --onnx-file reads. Name another.")]
    [InlineData("synthesize --checkpoint-file m.onnx --sample-input s.npy --prefix p --json s.npy", "--json names the file that --sample-input reads. Name another.")]
    [InlineData("synthesize --checkpoint-file m.onnx --sample-input s.npy --prefix p --dump-placement m.onnx", "--dump-placement names the file that --checkpoint-file reads. Name another.")]
    [InlineData("evaluate --onnx-file m --dataset mnist --json m", "--json names the file that --onnx-file reads. Name another.")]
    [InlineData("evaluate --onnx-file m --dataset mnist --scale 2", "--scale belongs to --integer.")]
    [InlineData("evaluate --onnx-file m --dataset mnist --keep-first", "--keep-first belongs to --integer.")]
    [InlineData("verify --checkpoint-file m --sample-input s --images 3", "--images belongs to --dataset without --sample-input.")]
    [InlineData("verify --checkpoint-file m --sample-input s --dataset mnist", "--dataset belongs to verify without --sample-input, or with --model.")]
    [InlineData("verify --checkpoint-file m --sample-input s --data-dir d", "--data-dir belongs to verify without --sample-input, or with --model.")]
    [InlineData("verify --checkpoint-file m --sample-input s --seed-splits", "--seed-splits belongs to verify without --sample-input, or with --model.")]
    [InlineData("verify --checkpoint-file m --sample-input s --lr 1", "--lr belongs to --model, which trains first.")]
    public async Task OptionsThatDoNotFitTogether_AreRefused(string line, string message) =>
        Assert.Contains(message, await Refusal(line.Split(' ')), StringComparison.Ordinal);

    private static async Task<string> Refusal(params string[] arguments)
    {
        using var error = new StringWriter();
        int code = await Ai8xCommand.RunAsync(arguments, new Terminal(TextWriter.Null, error, null), CancellationToken.None);
        Assert.Equal(2, code);
        Assert.DoesNotContain("   at ", error.ToString(), StringComparison.Ordinal);
        return error.ToString();
    }
}

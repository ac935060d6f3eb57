// SPDX-License-Identifier: MIT
using System.CommandLine;

namespace Ai8x.Cli.Tests;

/// <summary>The command lines that the Keras-style flow publishes are accepted as printed, with only the program's name replaced.</summary>
public class PublishedCommandLineTests
{
    private static readonly string[] Networks = ["mnist", "fashionmnist", "cifar10", "cifar100", "kws20", "rock"];

    public static TheoryData<string> Train =>
    [
        "train --epochs 100 --batch_size 256 --optimizer Adam --lr 0.001 --model mnist_model --save-sample 1 --save-sample-per-class --dataset mnist",
        "train --epochs 100 --batch_size 256 --optimizer Adam --lr 0.001 --model fashionmnist_model --save-sample 1234 --save-sample-per-class --dataset fashionmnist",
        "train --epochs 100 --batch_size 64 --optimizer Adam --lr 0.0003 --model cifar10_model --save-sample 1431 --save-sample-per-class --channel-first --dataset cifar10",
        "train --epochs 100 --batch_size 32 --optimizer Adam --lr 0.0003 --model cifar100_model --save-sample 1193 --save-sample-per-class --channel-first --dataset cifar100",
        "train --epochs 100 --batch_size 128 --optimizer Adam --lr 0.0003 --model kws20_model --save-sample 7528 --save-sample-per-class --channel-first --swap --dataset kws20",
        "train --epochs 100 --batch_size 128 --optimizer Adam --lr 0.0003 --model kws20_model --save-sample 7528 --save-sample-per-class --channel-first --swap-hw --dataset kws20",
        "train --epochs 100 --batch_size 32 --optimizer Adam --lr 0.001 --model rock_model --save-sample 101 --save-sample-per-class --channel-first --dataset rock",
        "train --epochs 100 --batch_size 256 --optimizer SGD --lr 0.001 --model mnist_model --dataset mnist --metrics accuracy",
    ];

    public static TheoryData<string> Evaluate =>
    [
        .. from network in Networks
           from file in new[] { "saved_model.onnx", "saved_model_dq.onnx" }
           select $"evaluate --onnx-file ./export/{network}/{file} --dataset {network}{(network is "cifar10" or "cifar100" or "rock" ? " --inputs-as-nchw" : "")}",
    ];

    public static TheoryData<string> Synthesize =>
    [
        .. from network in Networks
           from log in new[] { "-L", "--log" }
           from name in new[] { "--board-name EvKit_V1", "--board-name FTHR_RevA", "" }
           select $"synthesize --verbose {log} --top-level cnn --test-dir demos --prefix tf-{network} --checkpoint-file ./export/{network}/saved_model.onnx --config-file ./networks/{network}.yaml "
               + $"--sample-input ./export/{network}/sampledata.npy --device MAX78000 --scale 1.0 --softmax --compact-data --mexpress --embedded-code --generate-dequantized-onnx-file {name}",
        // The generation of everything at once.
        "synthesize --all --verbose -L --device MAX78000 --scale 1.0 --softmax --compact-data --mexpress --embedded-code --generate-dequantized-onnx-file",
        "synthesize --all --log --device MAX78000 --keep-first --softmax",
    ];

    [Theory]
    [MemberData(nameof(Train))]
    [MemberData(nameof(Evaluate))]
    [MemberData(nameof(Synthesize))]
    public void CommandLine_IsAcceptedAsPrinted(string line) => Assert.Empty(Parse(line).Errors);

    [Theory]
    [InlineData("train --model mnist_model --dataset mnist --metrics f1")]
    [InlineData("train --model mnist_model --dataset mnist --metrics accuracy,loss")]
    [InlineData("train --model mnist_model --dataset mnist --optimizer RMSprop")]
    [InlineData("train --model mnist_model --dataset mnist --swap-hw")]
    [InlineData("train --model mnist_model --dataset mnist --early-stop 0")]
    [InlineData("train --model mnist_model --dataset mnist --input-scale 64")]
    [InlineData("train --model mnist_model --dataset mnist --memory-limit 5T")]
    [InlineData("train --model mnist_model --dataset mnist --memory-limit -1")]
    [InlineData("train --model mnist_model --dataset mnist --memory-limit 9999999999999G")]
    [InlineData("train --model mnist_model --dataset mnist --n-augment 17")]
    [InlineData("train --dataset mnist")]
    [InlineData("evaluate --all --dataset mnist")]
    [InlineData("evaluate --onnx-file m --dataset mnist --export-dir e")]
    public void CommandLine_WithAnythingElse_IsAnError(string line) => Assert.NotEmpty(Parse(line).Errors);

    [Fact]
    public void Train_HasTheDefaultsOfTheFlow()
    {
        ParseResult parsed = Parse("train --model mnist_model --dataset mnist");
        Assert.Equal(100, parsed.GetValue<int>("--epochs"));
        Assert.Equal(32, parsed.GetValue<int>("--batch_size"));
        Assert.Equal("Adam", parsed.GetValue<string>("--optimizer"));
        Assert.Equal(0.0001, parsed.GetValue<double>("--lr"));
        Assert.Null(parsed.GetValue<int?>("--save-sample"));
        Assert.Equal("accuracy", parsed.GetValue<string>("--metrics"));
        Assert.False(parsed.GetValue<bool>("--save-sample-per-class") || parsed.GetValue<bool>("--channel-first") || parsed.GetValue<bool>("--swap-hw"));
    }

    [Theory]
    [InlineData("1000", 1000L)]
    [InlineData("3k", 3072L)]
    [InlineData("512M", 512L << 20)]
    [InlineData("2G", 2L << 30)]
    public void MemoryLimit_IsReadInBytes(string text, long expected)
    {
        Assert.Equal(expected, Parse($"train --model m --dataset d --memory-limit {text}").GetValue<long?>("--memory-limit"));
        Assert.Equal(expected, Parse($"evaluate --onnx-file m --dataset d --memory-limit {text}").GetValue<long?>("--memory-limit"));
    }

    private static ParseResult Parse(string line) =>
        Ai8xCommand.Create(new Terminal(TextWriter.Null, TextWriter.Null, null)).Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Cli.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("demo")]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("synthesize")]
    [InlineData("simulate")]
    [InlineData("verify")]
    public async Task EveryCommand_HasHelpWithAnExample(string command)
    {
        (int code, string output, _) = await Run(command, "--help");
        Assert.Equal(0, code);
        Assert.Contains("Example", output, StringComparison.Ordinal);
        Assert.Contains($"ai8x {command}", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--no-such-option")]
    [InlineData("no-such-command")]
    [InlineData("train", "--model", "mnist_model")]
    [InlineData("train", "--model", "mnist_model", "--dataset", "mnist", "--epochs", "0")]
    [InlineData("train", "--model", "mnist_model", "--dataset", "mnist", "--lr", "fast")]
    [InlineData("train", "--model", "mnist_model", "--dataset", "mnist", "--lr", "-1")]
    [InlineData("train", "--model", "mnist_model", "--dataset", "mnist", "--epochs", "many")]
    [InlineData("train", "--model", "mnist_model", "--dataset", "mnist", "--seed", "-1")]
    [InlineData("evaluate", "--onnx-file", "m", "--dataset", "mnist", "--part", "none")]
    [InlineData("evaluate", "--onnx-file", "m", "--dataset", "mnist", "--scale", "0")]
    [InlineData("verify", "--checkpoint-file", "m", "--sample-input", "s", "--images", "x")]
    [InlineData("synthesize", "--device", "MAX78002", "--checkpoint-file", "m", "--sample-input", "s", "--prefix", "p")]
    [InlineData("simulate", "a", "--program", "b")]
    [InlineData("simulate", "no-such-folder")]
    [InlineData("simulate", "a", "--window", "9:3", "--trace", "t.vcd")]
    [InlineData("simulate", "a", "--window", "x", "--trace", "t.vcd")]
    [InlineData("simulate", "a", "--window", "0:9")]
    [InlineData("simulate", "a", "--trace", "t.txt")]
    [InlineData("simulate", "a", "--until-layer", "32")]
    [InlineData("simulate", "a", "--images", "0")]
    [InlineData("simulate", "a", "--threads", "0")]
    [InlineData("simulate", "a", "--config-file", "c")]
    [InlineData("verify", "--checkpoint-file", "m", "--model", "mnist_model", "--sample-input", "s")]
    [InlineData("verify", "--checkpoint-file", "m", "--config-file", "c", "--sample-input", "s", "--epochs", "3")]
    public async Task BadUsage_IsOneMessageAndExitCodeTwo(params string[] arguments)
    {
        (int code, _, string error) = await Run(arguments);
        Assert.Equal(2, code);
        Assert.NotEqual("", error.Trim());
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NamesFromFiles_DoNotSteerTheTerminal()
    {
        (int code, _, string error) = await Run("plan", "--onnx-file", "a\u001b]0;title\u0007\u009b31m\n.onnx");
        Assert.Equal(2, code);
        Assert.Contains("'a?]0;title??31m\n.onnx'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CancelledRun_ExitsWith130()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        string folder = Directory.CreateTempSubdirectory("ai8x-cli-").FullName;
        try
        {
            (int code, _, _) = await Run(cancelled.Token, "demo", "--output", folder);
            Assert.Equal(130, code);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<(int Code, string Output, string Error)> Run(params string[] arguments) => Run(CancellationToken.None, arguments);

    private static async Task<(int Code, string Output, string Error)> Run(CancellationToken cancellation, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await Ai8xCommand.RunAsync(arguments, new Terminal(output, error, null), cancellation);
        return (code, output.ToString(), error.ToString());
    }
}

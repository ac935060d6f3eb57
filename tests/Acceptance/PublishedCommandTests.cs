// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Tensors;

namespace Ai8x.Acceptance;

/// <summary>
/// The published native command synthesizes within its time and memory: a tenth of what the vendor's tool takes (1.57 s for MNIST, 3.0 s for a
/// network of the size of its CIFAR-10 search result), under 100 MB, growing no faster than the number of weights.
/// <c>AI8X_PUBLISHED</c> names an already published program; otherwise one is published from a copy of the sources.
/// </summary>
public sealed class PublishedCommandTests : IClassFixture<PublishedCommandTests.Published>, IDisposable
{
    private const int Runs = 7;
    private readonly Published _published;
    private readonly ITestOutputHelper _output;
    private readonly TemporaryFolder _folder = new();

    public PublishedCommandTests(Published published, ITestOutputHelper output) => (_published, _output) = (published, output);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MnistSynthesis_TakesATenthOfTheVendorsTime_AndUnder100Megabytes()
    {
        SlowCheck.Require();
        using var work = new Workspace();
        (double seconds, double megabytes) = _published.Measure(
            work.Folder, "--checkpoint-file", "model.onnx", "--config-file", "network.yaml", "--sample-input", "sample.npy", "--prefix", "p", "--test-dir", "out", "--softmax");
        _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"MNIST: {seconds:0.000} s, {megabytes:0.0} MB"));
        Assert.True(seconds <= 0.16, string.Create(CultureInfo.InvariantCulture, $"{seconds:0.000} s"));
        Assert.True(megabytes < 100, string.Create(CultureInfo.InvariantCulture, $"{megabytes:0} MB"));
    }

    [Fact]
    public void SynthesisOf32LayersThatFillTheKernelMemory_GrowsLinearly()
    {
        SlowCheck.Require();
        (double Seconds, double Megabytes, int Weights)[] sizes = [.. new[] { 4, 8, 16, 32 }.Select(Layers)];
        foreach ((double seconds, double megabytes, int weights) in sizes) _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{weights} weights: {seconds:0.000} s, {megabytes:0.0} MB"));
        Assert.True(sizes[^1].Seconds <= 0.3, "A full kernel memory takes " + sizes[^1].Seconds.ToString(CultureInfo.InvariantCulture));
        Assert.True(sizes[^1].Megabytes < 100);
        // What a weight costs on top of starting up must not rise with their number, neither in memory (the collector works in steps of some megabytes) ...
        double halfBytes = (sizes[2].Megabytes - sizes[0].Megabytes) / (sizes[2].Weights - sizes[0].Weights), fullBytes = (sizes[3].Megabytes - sizes[2].Megabytes) / (sizes[3].Weights - sizes[2].Weights);
        Assert.True(fullBytes <= 2 * halfBytes + 32e-6, string.Create(CultureInfo.InvariantCulture, $"{fullBytes * 1e6:0} bytes against {halfBytes * 1e6:0} for each weight"));

        // ... nor in time.
        double half = (sizes[2].Seconds - sizes[0].Seconds) / (sizes[2].Weights - sizes[0].Weights), full = (sizes[3].Seconds - sizes[2].Seconds) / (sizes[3].Weights - sizes[2].Weights);
        Assert.True(full <= 2 * half + 1e-8, string.Create(CultureInfo.InvariantCulture, $"{full * 1e9:0} ns against {half * 1e9:0} ns for each weight"));
    }

    /// <summary>A chain of 64-channel layers: of every 32 layers 9 are 3x3 (64 kernel words each) and 23 are 1x1 (8 words): 760 of 768 words.</summary>
    private (double Seconds, double Megabytes, int Weights) Layers(int count)
    {
        string folder = _folder[string.Create(CultureInfo.InvariantCulture, $"net{count}")];
        Directory.CreateDirectory(folder);
        var yaml = new StringWriter { NewLine = "\n" };
        yaml.WriteLine("arch: chain\ndataset: none\nlayers:");
        int weights = 0, wide = 0;
        for (int layer = 0; layer < count; layer++)
        {
            int kernel = (layer + 1) * 9 / 32 > wide ? 3 : 1;
            wide += kernel == 3 ? 1 : 0;
            int size = 64 * 64 * kernel * kernel;
            yaml.WriteLine(FormattableString.Invariant($"  - {{op: conv2d, kernel_size: {kernel}x{kernel}, pad: {kernel / 2}, activate: ReLU, processors: 0xffffffffffffffff, out_offset: {(layer % 2 == 0 ? 0x2000 : 0)}}}"));
            NpyWriter.Write(
                Path.Combine(folder, FormattableString.Invariant($"weights_layer{layer}.npy")),
                NpyArray.Create<int>([.. Enumerable.Range(0, size).Select(i => (i * 31 + layer * 7) % 255 - 127)], 64, 64, kernel, kernel));
            weights += size;
        }

        File.WriteAllText(Path.Combine(folder, "network.yaml"), yaml.ToString());
        NpyWriter.Write(Path.Combine(folder, "sample.npy"), NpyArray.Create<long>([.. Enumerable.Range(0, 64 * 8 * 8).Select(i => (long)(i * 37 % 256 - 128))], 64, 8, 8));
        (double seconds, double megabytes) = _published.Measure(folder, "--checkpoint-file", ".", "--config-file", "network.yaml", "--sample-input", "sample.npy", "--prefix", "p", "--test-dir", "out");
        return (seconds, megabytes, weights);
    }

    /// <summary>The native program.</summary>
    public sealed class Published : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private string? _program;

        public void Dispose() => _folder.Dispose();

        /// <summary>The fastest of several runs of <c>synthesize</c>, and the largest peak of memory.</summary>
        public (double Seconds, double Megabytes) Measure(string folder, params string[] arguments)
        {
            Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/time"), "Peak memory is measured by /usr/bin/time.");
            double seconds = double.MaxValue, megabytes = 0;
            for (int run = 0; run < Runs; run++)
            {
                ChildResult result = ChildProcess.Run("/usr/bin/time", folder, null, ["-f", "%e %M", Program(), "synthesize", .. arguments]);
                Assert.True(result.ExitCode == 0, result.Error);
                string[] figures = result.Error.TrimEnd().Split('\n')[^1].Split(' ');
                seconds = Math.Min(seconds, double.Parse(figures[0], CultureInfo.InvariantCulture));
                megabytes = Math.Max(megabytes, double.Parse(figures[1], CultureInfo.InvariantCulture) / 1024);
            }

            return (seconds, megabytes);
        }

        private string Program()
        {
            if (_program is not null) return _program;
            if (Environment.GetEnvironmentVariable("AI8X_PUBLISHED") is { Length: > 0 } given) return _program = given;
            string sources = _folder["sources"];
            SourceCopy.Make(sources, "src", "networks", "data");
            ChildResult result = ChildProcess.Run("dotnet", sources, null, "publish", "src/Cli", "-r", System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier, "-p:PublishAot=true", "-o", "published");
            Assert.True(result.ExitCode == 0, result.Output + result.Error);
            return _program = Path.Combine(sources, "published", "ai8x");
        }
    }
}

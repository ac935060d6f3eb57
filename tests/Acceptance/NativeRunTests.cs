// SPDX-License-Identifier: MIT
using Ai8x.Acceptance.Native;

namespace Ai8x.Acceptance;

/// <summary>
/// The generated C itself runs: compiled for this machine, its stores to the accelerator are recorded in order and played into the simulator, and
/// the known-answer check inside the C code decides about the memory that the simulator returns.
/// </summary>
public sealed class NativeRunTests : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void GeneratedProgram_AcceptsItsKnownAnswer_FromTheSimulator() => Assert.Equal(0, Run(null));

    [Fact]
    public void GeneratedProgram_RejectsAMemoryWithOneWrongBit() =>
        // The first four of the ten logits.
        Assert.NotEqual(0, Run((address, value) => address is >= 0x50401000 and < 0x50401010 ? value ^ 1 : value));

    private int Run(Func<uint, uint, uint>? spoil)
    {
        Assert.SkipUnless(NativeProject.CanRun, "The recorder steps over x86-64 instructions on Linux, and gcc compiles the project.");
        ChildResult synthesis = _work.Ai8x(
            "synthesize", "--checkpoint-file", "model.onnx", "--config-file", "network.yaml", "--sample-input", "sample.npy", "--prefix", "p", "--test-dir", "out", "--softmax");
        Assert.True(synthesis.ExitCode == 0, synthesis.Error);
        return NativeProject.Run(Locations.Repository, _work["out", "p"], spoil).Code;
    }
}

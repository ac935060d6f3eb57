// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Ai8x.Acceptance;

/// <summary>
/// The same bits on Arm64. On another processor the program that hashes runs under QEMU, which needs <c>qemu-aarch64-static</c> and, in the folder that
/// <c>AI8X_ARM64_ROOT</c> names, the libraries of an Arm64 Linux (docs/numeric-contract.md says how to get them). On Arm64 itself every other test of bits is this test.
/// </summary>
public sealed class Arm64Tests
{
    private const string Emulator = "qemu-aarch64-static";

    [Fact]
    public void HashesUnderAnEmulator_AreThoseOfThisMachine()
    {
        SlowCheck.Require();
        Assert.SkipWhen(RuntimeInformation.ProcessArchitecture == Architecture.Arm64, "This is an Arm64 processor: the other tests check its bits.");
        string root = Root();
        using var folder = new TemporaryFolder();
        string program = Publish(folder["sources"]);
        // 128-bit vectors with fused multiply-add, and none at all.
        foreach ((string flags, string? hardware) in new[] { ("1", null), ("none", "DOTNET_EnableHWIntrinsic") })
        {
            Assert.Contains(BitIdentityTests.AfterTwoSteps, Run(flags, hardware, "tiny", "2", BitIdentityTests.Batch, "2"));
            Assert.Contains(BitIdentityTests.FilteredAfterTwoSteps, Run(flags, hardware, "filtered", "2", BitIdentityTests.Batch, "2"));
            Assert.Contains(BitIdentityTests.OfAugmentation, Run(flags, hardware, "augmentation"));
        }

        Assert.Contains(BitIdentityTests.AfterFiftySteps, Run("1", null, "tiny", "50", BitIdentityTests.Batch, "3"));
        Assert.Contains(BitIdentityTests.FilteredAfterFiftySteps, Run("1", null, "filtered", "50", BitIdentityTests.Batch, "3"));
        Assert.Equal(BitIdentityTests.Published(BitIdentityTests.Everything, "2", "3", "1"), BitIdentityTests.Hashes(Run("1", null, "published", "2", "3", "2")));

        string Run(string flags, string? hardware, params string[] arguments)
        {
            // QEMU does not see that the runtime rewrites code through a second mapping of its memory: without these a run now and then executes stale code.
            var environment = new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0", ["DOTNET_TieredCompilation"] = "0" };
            if (hardware is not null) environment[hardware] = "0";
            ChildResult child = ChildProcess.Run(Emulator, folder.Path, environment, ["-L", root, "-cpu", "cortex-a72", program, flags, .. arguments]);
            Assert.True(child.ExitCode == 0, child.Output + child.Error);
            return child.Output;
        }
    }

    private static string Root()
    {
        bool emulated = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, Emulator)));
        Assert.SkipUnless(emulated, $"{Emulator} is not installed.");
        string root = Environment.GetEnvironmentVariable("AI8X_ARM64_ROOT") ?? "";
        Assert.SkipUnless(File.Exists(Path.Combine(root, "lib/ld-linux-aarch64.so.1")), "AI8X_ARM64_ROOT names no folder with the libraries of an Arm64 Linux.");
        return root;
    }

    /// <summary>A program with its runtime; the lock files do not know this runtime.</summary>
    private static string Publish(string sources)
    {
        SourceCopy.Make(sources, "src", "tests");
        foreach (string file in Directory.GetFiles(sources, "packages.lock.json", SearchOption.AllDirectories)) File.Delete(file);
        ChildResult result = ChildProcess.Run(
            "dotnet", sources, null, "publish", "tests/BitIdentity", "-c", "Release", "-r", "linux-arm64", "--self-contained", "-p:RestorePackagesWithLockFile=false", "-p:RestoreLockedMode=false", "-o", "published");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        return Path.Combine(sources, "published", "Ai8x.BitIdentity");
    }
}

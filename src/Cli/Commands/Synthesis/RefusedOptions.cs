// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.CommandLine;

namespace Ai8x.Cli.Commands.Synthesis;

/// <summary>Why an option of the vendor's tool is refused.</summary>
internal enum Refusal
{
    /// <summary>The MAX78000 has not what the option controls.</summary>
    NotForThisChip,

    /// <summary>The chip could, this program does not.</summary>
    LeftOut,
}

/// <summary>An option that is known and refused.</summary>
/// <param name="Name">With its dashes.</param>
/// <param name="Refusal">The kind of reason.</param>
/// <param name="Reason">The reason: one sentence.</param>
internal sealed record RefusedOption(string Name, Refusal Refusal, string Reason);

/// <summary>
/// Options of the vendor's tool that <c>synthesize</c> knows and refuses with a reason, so that a script that gives them is never half obeyed.
/// docs/synthesize.md lists the same; a test compares the two.
/// </summary>
internal static class RefusedOptions
{
    private const string Simulation = "It serves the vendor's hardware simulation; ai8x runs projects on its own simulated chip.";
    private const string Names = "The names of the files are fixed, because projects are read back by name.";
    private const string Verification = "The known answer and the simulated chip show what was loaded; reading back on the chip is not generated.";
    private const string Tools = "It belongs to the vendor's own tools and distribution.";
    private const string Defects = "It lets a network pass that would not run; every rule is checked here.";
    private const string Copying = "Copies are plain loops that the C compiler unrolls as it sees fit.";

    public static ImmutableArray<RefusedOption> All { get; } =
    [
        .. Make(Refusal.NotForThisChip, "The accelerator cannot stop after each layer.", "--one-shot"),
        .. Make(Refusal.NotForThisChip, "Layers follow each other by number; a register for the next layer exists on the MAX78002 only.", "--link-layer", "--start-layer"),
        .. Make(Refusal.NotForThisChip, "The pipeline can be switched on the MAX78002 only.", "--pipeline", "--no-pipeline"),
        .. Make(Refusal.NotForThisChip, "The accelerator's clock comes from a PLL on the MAX78002 only.", "--pll", "--no-pll"),
        .. Make(Refusal.NotForThisChip, "There are no snoop registers.", "--debug-snoop", "--snoop-loop"),
        .. Make(Refusal.LeftOut, Simulation, "--rtl", "--rtl-preload", "--rtl-preload-weights", "--no-rtl-preload", "--result-output", "--block-mode", "--autogen", "--autogen-list", "--no-autogen", "--timeout", "--input-csv", "--input-csv-period", "--input-csv-format", "--input-csv-retrace", "--input-sync", "--input-pix-clk", "--apb-base", "--runtest-filename", "--slow-load", "--fifo-go", "--synthesize-input", "--synthesize-words", "--fixed-input", "--max-checklines"),
        .. Make(Refusal.LeftOut, Names, "--c-filename", "--api-filename", "--weight-filename", "--sample-filename", "--result-filename", "--input-filename", "--output-filename", "--log-filename"),
        .. Make(Refusal.LeftOut, Verification, "--verify-writes", "--verify-kernels", "--mlator-noverify", "--max-verify-length"),
        .. Make(Refusal.LeftOut, Defects, "--no-error-stop", "--ignore-hw-limits", "--ignore-bn"),
        .. Make(Refusal.LeftOut, Copying, "--unroll-8bit", "--unroll-mlator", "--unroll-wideptr", "--compact-weights"),
        .. Make(Refusal.LeftOut, Tools, "--upstream", "--no-version-check", "--version-check-interval", "--eclipse-variables", "--eclipse-openocd-args", "--define", "--define-default-arm", "--define-default-riscv", "--legacy-kernels"),
        .. Make(Refusal.LeftOut, "--verbose prints every access and the simulator every layer; intermediate sums are not printed.", "--log-intermediate", "--log-pooling", "--short-log", "--debug", "--debug-computation", "--debug-latency"),
        .. Make(Refusal.LeftOut, "The processor always sleeps until the accelerator's interrupt.", "--wfi", "--no-wfi", "--deepsleep", "--forever", "--repeat-layers", "--enable-delay", "--switch-delay"),
        .. Make(Refusal.LeftOut, "Write the description without these layers.", "--skip-yaml-layers", "--skip-checkpoint-layers"),
        .. Make(Refusal.LeftOut, "Only kernels that the program loads are written.", "--zero-unused", "--no-kernel-stats"),
    ];

    /// <summary>Adds the options to a command, hidden from its help; giving one is an error with its reason.</summary>
    public static void AddTo(Command command)
    {
        foreach (RefusedOption refused in All)
        {
            var option = new Option<string[]>(refused.Name) { Hidden = true, Arity = ArgumentArity.ZeroOrMore };
            option.Validators.Add(result => result.AddError(
                $"{refused.Name}: {(refused.Refusal == Refusal.NotForThisChip ? "not for this chip" : "not supported")}. {refused.Reason} Leave it out."));
            command.Options.Add(option);
        }
    }

    private static IEnumerable<RefusedOption> Make(Refusal refusal, string reason, params string[] names) => names.Select(name => new RefusedOption(name, refusal, reason));
}

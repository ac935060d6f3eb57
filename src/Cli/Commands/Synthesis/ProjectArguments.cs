// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Ai8x.CodeGen;

namespace Ai8x.Cli.Commands.Synthesis;

/// <summary>Options of <c>synthesize</c> that change the C code around the program.</summary>
internal sealed class ProjectArguments
{
    private readonly Option<string> _board = OptionValues.Choice("--board-name", "Board of the project.", "EvKit_V1", "EvKit_V1", "FTHR_RevA");
    private readonly Option<int?> _timer = OptionValues.Integer("--timer", "Timer that measures the inference, 0 to 3; default 0.", 0, 3);
    private readonly Option<bool> _noTimer = new("--no-timer") { Description = "Measure no time." };
    private readonly Option<bool> _energy = new("--energy") { Description = "Repeat the phases of the program a hundred times, for a power meter." };
    private readonly Option<BoardPin?> _boost = new("--boost") { Description = "Port and pin of the accelerator's external supply, for example 2.5.", HelpName = "PORT.PIN", CustomParser = Pin };
    private readonly Option<bool> _riscv = new("--riscv") { Description = "Let the RISC-V core run the network." };
    private readonly Option<bool> _riscvFlash = new("--riscv-flash") { Description = "Keep kernels and input in flash memory (implies --riscv)." };
    private readonly Option<bool> _riscvCache = new("--riscv-cache") { Description = "Switch the RISC-V core's cache on (implies --riscv-flash)." };
    private readonly Option<bool> _riscvExclusive = new("--riscv-exclusive") { Description = "Give the RISC-V core its memory to itself (implies --riscv)." };
    private readonly Option<bool> _riscvDebug = new("--riscv-debug") { Description = "Connect the RISC-V core's debug port (implies --riscv)." };
    private readonly Option<bool> _noKat = new("--no-kat") { Description = "Leave the known answer out of the project." };

    public ProjectArguments() => _board.Aliases.Add("--board");

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _board, _timer, _noTimer, _energy, _boost, _riscv, _riscvFlash, _riscvCache, _riscvExclusive, _riscvDebug, _noKat }) command.Options.Add(option);
        command.AddRule(result =>
        {
            if (result.GetValue(_noTimer) && result.GetValue(_timer) is not null) result.AddError("--timer and --no-timer contradict each other.");
        });
    }

    public ProjectOptions Read(ParseResult parsed)
    {
        bool cache = parsed.GetValue(_riscvCache), flash = cache || parsed.GetValue(_riscvFlash), exclusive = parsed.GetValue(_riscvExclusive), debug = parsed.GetValue(_riscvDebug);
        bool riscv = parsed.GetValue(_riscv) || flash || exclusive || debug;
        return new ProjectOptions
        {
            Board = string.Equals(parsed.GetValue(_board), "FTHR_RevA", StringComparison.OrdinalIgnoreCase) ? ProjectBoard.Feather : ProjectBoard.EvKit,
            Timer = parsed.GetValue(_noTimer) ? null : parsed.GetValue(_timer) ?? 0,
            Energy = parsed.GetValue(_energy),
            Boost = parsed.GetValue(_boost),
            Riscv = riscv ? new RiscvOptions(flash, cache, exclusive, debug) : null,
            KnownAnswer = !parsed.GetValue(_noKat),
        };
    }

    private static BoardPin? Pin(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        string[] parts = text.Split('.');
        if (parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= 3
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int pin) && pin <= 31)
        {
            return new BoardPin(port, pin);
        }

        result.AddError($"--boost is PORT.PIN with ports 0 to 3 and pins 0 to 31, not '{text}'.");
        return null;
    }
}

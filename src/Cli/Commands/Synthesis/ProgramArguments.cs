// SPDX-License-Identifier: MIT
using System.CommandLine;
using Ai8x.CodeGen;

namespace Ai8x.Cli.Commands.Synthesis;

/// <summary>Options of <c>synthesize</c> that change accesses of the program.</summary>
internal sealed class ProgramArguments
{
    private readonly Option<bool> _writeZero = new("--write-zero-registers") { Description = "Write registers even where the value is zero." };
    private readonly Option<bool> _express = new("--mexpress") { Description = "Load kernels packed; the default." };
    private readonly Option<bool> _noExpress = new("--no-mexpress") { Description = "Load kernels as four bus words for each kernel word." };
    private readonly Option<bool> _newLoader = new("--new-kernel-loader") { Description = "Load kernels as one stream; the default." };
    private readonly Option<bool> _oldLoader = new("--old-kernel-loader") { Description = "Load kernels as one block for each processor." };
    private readonly Option<bool> _fifo = new("--fifo") { Description = "Feed the input through one FIFO for each quadrant." };
    private readonly Option<bool> _fastFifo = new("--fast-fifo") { Description = "Feed the input through the RISC-V core's FIFO (implies --fifo)." };
    private readonly Option<bool> _fastFifoQuad = new("--fast-fifo-quad") { Description = "The same, to all quadrants at once (implies --fast-fifo)." };
    private readonly Option<bool> _allowStreaming = new("--allow-streaming") { Description = "Let layers stream without a FIFO." };
    private readonly Option<bool> _mlator = new("--mlator") { Description = "Let the accelerator gather the bytes of the result." };
    private readonly Option<bool> _zeroSram = new("--zero-sram") { Description = "Clear all memories by the self-test first." };
    private readonly Option<bool> _initTram = new("--init-tram") { Description = "Clear the row memories first." };
    private readonly Option<bool> _powerDown = new("--powerdown") { Description = "Switch kernel memories of unused quadrants off." };
    private readonly Option<bool> _simple1b = new("--simple1b") { Description = "Multiply by weights of one bit in the simplified way." };
    private readonly Option<bool> _overlapData = new("--overlap-data") { Description = "Let outputs overwrite data that the layer still reads." };
    private readonly Option<bool> _stopStart = new("--stop-start") { Description = "Stop the running accelerator and let it go on." };
    private readonly Option<bool> _legacyTest = new("--legacy-test") { Description = "Accepted: the operands of a first element-wise layer always stand behind each other in the sample." };
    private readonly Option<bool> _noDeduplicate = new("--no-deduplicate-weights") { Description = "Let layers with equal weights not share kernels." };
    private readonly Option<bool> _externalReady = new("--ext-rdy") { Description = "Use the external ready signal." };
    private readonly Option<int?> _maxProcessors = OptionValues.Integer("--max-proc", "Most processors of a layer.", 1, 64, hexadecimal: true);
    private readonly Option<int?> _increaseStart = OptionValues.Integer("--increase-start", "Later start of streaming layers; default 2.", 0, 0x3fff);
    private readonly Option<int?> _increaseDelta1 = OptionValues.Integer("--increase-delta1", "Added to the in-row delta of streaming layers.", 0, 31, hexadecimal: true);
    private readonly Option<int?> _increaseDelta2 = OptionValues.Integer("--increase-delta2", "Added to the row-crossing delta of streaming layers.", 0, 4095, hexadecimal: true);
    private readonly Option<int?> _overrideStart = OptionValues.Integer("--override-start", "Start count of the first layer.", 0, 0x3fff, hexadecimal: true);
    private readonly Option<int?> _overrideRollover = OptionValues.Integer("--override-rollover", "Length of the first layer's circular buffer.", 0, 0x1ffff, hexadecimal: true);
    private readonly Option<int?> _overrideDelta1 = OptionValues.Integer("--override-delta1", "In-row delta of the first layer.", 0, 31, hexadecimal: true);
    private readonly Option<int?> _overrideDelta2 = OptionValues.Integer("--override-delta2", "Row-crossing delta of the first layer.", 0, 4095, hexadecimal: true);
    private readonly Option<int?> _ready = OptionValues.Integer("--ready-sel", "Wait states of registers and memories.", 0, 3, hexadecimal: true);
    private readonly Option<int?> _readyFifo = OptionValues.Integer("--ready-sel-fifo", "Wait states of the FIFO.", 0, 3, hexadecimal: true);
    private readonly Option<int?> _readyAlwaysOn = OptionValues.Integer("--ready-sel-aon", "Wait states of the always-on registers.", 0, 3, hexadecimal: true);

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[]
                 {
                     _writeZero, _express, _noExpress, _newLoader, _oldLoader, _fifo, _fastFifo, _fastFifoQuad, _allowStreaming, _mlator, _zeroSram, _initTram, _powerDown, _simple1b, _overlapData,
                     _stopStart, _legacyTest, _noDeduplicate, _externalReady, _maxProcessors, _increaseStart, _increaseDelta1, _increaseDelta2, _overrideStart, _overrideRollover, _overrideDelta1,
                     _overrideDelta2, _ready, _readyFifo, _readyAlwaysOn,
                 })
        {
            command.Options.Add(option);
        }

        command.AddRule(result =>
        {
            if (result.GetValue(_express) && result.GetValue(_noExpress)) result.AddError("--mexpress and --no-mexpress contradict each other.");
            if (result.GetValue(_newLoader) && result.GetValue(_oldLoader)) result.AddError("--new-kernel-loader and --old-kernel-loader contradict each other.");
        });
    }

    public SynthesisOptions Read(ParseResult parsed)
    {
        SynthesisOptions defaults = SynthesisOptions.Default;
        return new SynthesisOptions
        {
            WriteZeroRegisters = parsed.GetValue(_writeZero),
            Input = parsed.GetValue(_fastFifoQuad) ? InputPath.FastFifoQuad : parsed.GetValue(_fastFifo) ? InputPath.FastFifo : parsed.GetValue(_fifo) ? InputPath.Fifo : InputPath.Memory,
            ExpressKernels = !parsed.GetValue(_noExpress),
            OldKernelLoader = parsed.GetValue(_oldLoader),
            Mlator = parsed.GetValue(_mlator),
            ZeroMemories = parsed.GetValue(_zeroSram),
            InitializeRowMemories = parsed.GetValue(_initTram),
            PowerDown = parsed.GetValue(_powerDown),
            Simple1Bit = parsed.GetValue(_simple1b),
            OverlapData = parsed.GetValue(_overlapData),
            AllowStreaming = parsed.GetValue(_allowStreaming),
            StopStart = parsed.GetValue(_stopStart),
            LegacyTest = parsed.GetValue(_legacyTest),
            MaximumProcessors = parsed.GetValue(_maxProcessors) ?? defaults.MaximumProcessors,
            DeduplicateWeights = !parsed.GetValue(_noDeduplicate),
            IncreaseStart = parsed.GetValue(_increaseStart) ?? defaults.IncreaseStart,
            IncreaseDelta1 = parsed.GetValue(_increaseDelta1) ?? defaults.IncreaseDelta1,
            IncreaseDelta2 = parsed.GetValue(_increaseDelta2) ?? defaults.IncreaseDelta2,
            OverrideStart = parsed.GetValue(_overrideStart),
            OverrideRollover = parsed.GetValue(_overrideRollover),
            OverrideDelta1 = parsed.GetValue(_overrideDelta1),
            OverrideDelta2 = parsed.GetValue(_overrideDelta2),
            ReadySelect = parsed.GetValue(_ready) ?? 0,
            ReadySelectFifo = parsed.GetValue(_readyFifo) ?? 0,
            ReadySelectAlwaysOn = parsed.GetValue(_readyAlwaysOn) ?? 0,
            ExternalReady = parsed.GetValue(_externalReady),
        };
    }
}

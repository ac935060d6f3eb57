// SPDX-License-Identifier: MIT
using Ai8x.Bench;
using Ai8x.Bench.Accuracy;
using Ai8x.Bench.Kernels;
using Ai8x.Bench.Measuring;
using Ai8x.Bench.Models;
using BenchmarkDotNet.Running;

return Arguments.Guard(() =>
{
    switch (args)
    {
        case ["quick", ..]:
            QuickProgram.Run(new Arguments(args.AsSpan(1)));
            break;
        case ["parts", ..]:
            PartsProgram.Run(new Arguments(args.AsSpan(1)));
            break;
        case ["measure", ..]:
            EngineRunner.Run(new Arguments(args.AsSpan(1)), (model, threads) => new ManagedEngine(model, ModelSamples.Training(model), threads));
            break;
        case ["memory", ..]:
            MemoryProgram.Run(new Arguments(args.AsSpan(1)));
            break;
        case ["integer", ..]:
            IntegerProgram.Run(new Arguments(args.AsSpan(1)));
            break;
        case ["simulator", ..]:
            SimulatorProgram.Run(new Arguments(args.AsSpan(1)));
            break;
        case ["accuracy", ..]:
            AccuracyProgram.Run(new Arguments(args.AsSpan(1)));
            break;
        case ["step", ..]:
            StepProgram.Run(args[1..]);
            break;
        default:
            BenchmarkSwitcher.FromAssembly(typeof(ConvolutionBenchmarks).Assembly).Run(args, BenchmarkSettings.Create());
            break;
    }
});

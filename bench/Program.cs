// SPDX-License-Identifier: MIT
using Ai8x.Bench;
using BenchmarkDotNet.Running;

if (args is ["step", ..]) StepProgram.Run(args[1..]);
else if (args is ["quick", ..]) QuickTimer.Run(args[1..]);
else BenchmarkSwitcher.FromAssembly(typeof(KernelBenchmarks).Assembly).Run(args);

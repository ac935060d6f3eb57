// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using Ai8x.Cli;

using var cancellation = new CancellationTokenSource();
using PosixSignalRegistration interrupt = Stop(PosixSignal.SIGINT);
using PosixSignalRegistration terminate = Stop(PosixSignal.SIGTERM);
return await Ai8xCommand.RunAsync(args, Terminal.System(), cancellation.Token);

// A first signal asks the run to stop at a clean point; a second one ends the process at once.
PosixSignalRegistration Stop(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
{
    if (cancellation.IsCancellationRequested) return;
    context.Cancel = true;
    cancellation.Cancel();
});

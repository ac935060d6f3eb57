// SPDX-License-Identifier: MIT
using Ai8x.Flow;
using Spectre.Console;

namespace Ai8x.Cli;

/// <summary>Where the command writes: results to standard output, errors to standard error, live progress only to a real terminal.</summary>
internal sealed class Terminal(TextWriter output, TextWriter error, IAnsiConsole? live)
{
    /// <summary>Standard output.</summary>
    public TextWriter Output { get; } = new VisibleWriter(output);

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; } = new VisibleWriter(error);

    /// <summary>The process's own streams; live progress where standard output is a terminal.</summary>
    public static Terminal System() =>
        new(Console.Out, Console.Error, Console.IsOutputRedirected || Console.IsErrorRedirected ? null : AnsiConsole.Console);

    /// <summary>Runs long work with live progress on a terminal and plain lines elsewhere.</summary>
    /// <typeparam name="T">Result of the work.</typeparam>
    /// <param name="work">Receives the observer to report to.</param>
    /// <returns>The work's result.</returns>
    public T Watch<T>(Func<FlowObserver, T> work)
    {
        if (live is null) return work(new PlainObserver(Output));
        T result = default!;
        live.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => result = work(new LiveObserver(live, context)));
        return result;
    }

    private sealed class PlainObserver(TextWriter output) : FlowObserver
    {
        public override void Line(string text)
        {
            output.WriteLine(text);
            output.Flush();
        }

        public override void Progress(string stage, long done, long total, string detail)
        {
        }
    }

    private sealed class LiveObserver(IAnsiConsole console, ProgressContext context) : FlowObserver
    {
        private readonly Dictionary<string, ProgressTask> _stages = new(StringComparer.Ordinal);

        public override void Line(string text) => console.WriteLine(string.Concat(text.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '?' : c)));

        public override void Progress(string stage, long done, long total, string detail)
        {
            if (!_stages.TryGetValue(stage, out ProgressTask? task)) _stages[stage] = task = context.AddTask(Markup.Escape(stage), maxValue: total);
            task.Value = done;
            task.Description = Markup.Escape(detail.Length == 0 ? stage : $"{stage}  {detail}");
            if (done < total) return;
            task.StopTask();
            _stages.Remove(stage);
        }
    }
}

// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Ai8x.Flow;

/// <summary>
/// The folder and log of one run, named by time and data set as the training flow does: <c>yyyyMMdd-HHmmss-dataset</c> with
/// <c>yyyyMMdd-HHmmss.log</c> in it (training-flow.md section 2). Lines go to the file and on to the caller's observer.
/// </summary>
internal sealed class LogFile : FlowObserver, IDisposable
{
    private readonly FlowObserver _next;
    private readonly StreamWriter _writer;

    private LogFile(string folder, StreamWriter writer, FlowObserver next)
    {
        Folder = folder;
        _writer = writer;
        _next = next;
    }

    /// <summary>The run's folder.</summary>
    public string Folder { get; }

    /// <summary>Makes the folder and its log; a number is added where two runs start in the same second.</summary>
    public static LogFile Create(string parent, string dataset, TimeProvider clock, FlowObserver next)
    {
        string stamp = clock.GetLocalNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        string folder = Path.Combine(parent, $"{stamp}-{dataset}");
        for (int attempt = 2; Directory.Exists(folder); attempt++)
        {
            folder = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{stamp}-{dataset}-{attempt}"));
        }

        Directory.CreateDirectory(folder);
        return Open(folder, stamp, next);
    }

    /// <summary>Goes on in an earlier run's folder with a log of its own.</summary>
    public static LogFile Continue(string folder, TimeProvider clock, FlowObserver next) =>
        Open(folder, clock.GetLocalNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture) + "-resumed", next);

    private static LogFile Open(string folder, string name, FlowObserver next)
    {
        var stream = new FileStream(Path.Combine(folder, name + ".log"), FileMode.Append, FileAccess.Write, FileShare.Read);
        return new LogFile(folder, new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" }, next);
    }

    public override void Line(string text)
    {
        _writer.WriteLine(text);
        _next.Line(text);
    }

    public override void Progress(string stage, long done, long total, string detail) => _next.Progress(stage, done, total, detail);

    public void Dispose() => _writer.Dispose();
}

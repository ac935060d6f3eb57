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
        for (int attempt = 1; ; attempt++)
        {
            string folder = Path.Combine(parent, attempt == 1 ? $"{stamp}-{dataset}" : string.Create(CultureInfo.InvariantCulture, $"{stamp}-{dataset}-{attempt}"));
            if (Directory.Exists(folder)) continue;
            Directory.CreateDirectory(folder);
            string path = Path.Combine(folder, stamp + ".log");
            try
            {
                // The log is the claim: of two runs that make the folder at the same moment one gets it.
                return Open(folder, path, FileMode.CreateNew, next);
            }
            catch (IOException) when (File.Exists(path))
            {
            }
        }
    }

    /// <summary>Whether a folder holds the log of a run.</summary>
    public static bool IsRun(string folder) => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.log").Any();

    /// <summary>Goes on in an earlier run's folder with a log of its own.</summary>
    public static LogFile Continue(string folder, TimeProvider clock, FlowObserver next)
    {
        string name = clock.GetLocalNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture) + "-resumed.log";
        return Open(folder, Path.Combine(folder, name), FileMode.Append, next);
    }

    private static LogFile Open(string folder, string path, FileMode mode, FlowObserver next)
    {
        var stream = new FileStream(path, mode, FileAccess.Write, FileShare.Read);
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

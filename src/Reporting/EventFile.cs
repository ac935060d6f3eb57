// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Reporting.Generated;
using Google.Protobuf;

namespace Ai8x.Reporting;

/// <summary>
/// A TensorBoard event file with scalars. Every record is written whole and flushed, so TensorBoard can follow a running training, and a run that
/// is ended at any moment leaves a file that can be read up to its last complete record.
/// </summary>
public sealed class EventFile : IDisposable
{
    private const string Prefix = "events.out.tfevents.";
    private const string FileVersion = "brain.Event:2";

    private readonly FileStream _stream;
    private readonly TimeProvider _clock;

    private EventFile(FileStream stream, TimeProvider clock)
    {
        _stream = stream;
        _clock = clock;
    }

    /// <summary>The file: <c>events.out.tfevents.SECONDS.ai8x.NUMBER</c>.</summary>
    public string Path => _stream.Name;

    /// <summary>
    /// Begins the event file of a folder. Event files that lie there already are of an earlier part of the same run and are deleted: the caller writes
    /// the whole history again, so that no step is missing or twice.
    /// </summary>
    /// <param name="folder">The folder; made if needed. TensorBoard shows each folder as one run.</param>
    /// <param name="clock">Source of the wall times.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static EventFile Begin(string folder, TimeProvider clock)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(clock);
        Directory.CreateDirectory(folder);
        string[] earlier = Directory.GetFiles(folder, Prefix + "*");
        string stamp = clock.GetUtcNow().ToUnixTimeSeconds().ToString("D10", CultureInfo.InvariantCulture);
        int number = 0;
        string path;
        do path = System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{stamp}.ai8x.{number++}"));
        while (File.Exists(path));
        var file = new EventFile(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read), clock);
        file.Write(new Event { FileVersion = FileVersion });
        foreach (string old in earlier) File.Delete(old);
        return file;
    }

    /// <summary>Appends scalars of one step.</summary>
    /// <param name="step">The step, at least 0; training counts epochs from 0.</param>
    /// <param name="scalars">Names with values. Values that are not finite are written as they are; TensorBoard marks them.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Scalars(long step, params ReadOnlySpan<(string Tag, double Value)> scalars)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        var summary = new Summary();
        foreach ((string tag, double value) in scalars) summary.Value.Add(new Summary.Types.Value { Tag = tag, SimpleValue = (float)value });
        Write(new Event { Step = step, Summary = summary });
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private void Write(Event record)
    {
        record.WallTime = (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        RecordFile.Append(_stream, record.ToByteArray());
        _stream.Flush();
    }
}

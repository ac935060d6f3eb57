// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;

namespace Ai8x.Bench.Accuracy;

/// <summary>Wall time of a training over all its sittings: a file beside the run holds what was spent before, since a checkpoint says nothing about time.</summary>
internal sealed class WallTime(string work)
{
    private readonly string _file = Path.Combine(work, "wall-seconds.txt");
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly double _earlier = Earlier(Path.Combine(work, "wall-seconds.txt"));

    public double Seconds => _earlier + Stopwatch.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Writes the time so far, as often as the training says something.</summary>
    public void Save()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        File.WriteAllText(_file, Seconds.ToString("0.0", CultureInfo.InvariantCulture));
    }

    private static double Earlier(string file) => File.Exists(file) ? double.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) : 0;
}

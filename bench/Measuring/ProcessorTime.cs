// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Ai8x.Bench.Measuring;

/// <summary>Processor time that was used on the machine and by this process, to tell whether others disturbed a sample.</summary>
internal static class ProcessorTime
{
    private const double TicksPerSecond = 100;
    private static readonly int[] BusyFields = [1, 2, 3, 6, 7, 8];

    /// <summary>Seconds of all processors together and of this process; the first is not known outside Linux.</summary>
    public static (double? Machine, double Own) Now()
    {
        double own = Environment.CpuUsage.TotalTime.TotalSeconds;
        if (!OperatingSystem.IsLinux()) return (null, own);
        string[] fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (BusyFields.Sum(i => long.Parse(fields[i], CultureInfo.InvariantCulture)) / TicksPerSecond, own);
    }
}

// SPDX-License-Identifier: MIT
using System.Globalization;
using Ai8x.Max78000Sim.Timing;

namespace Ai8x.Max78000Sim.Tracing;

/// <summary>Writes the activity of a window of cycles as a table (CSV) or as waveforms (VCD).</summary>
public static class CycleWindow
{
    /// <summary>Most cycles of a window.</summary>
    public const int MaximumCycles = 1_000_000;

    private const int Instances = 16;

    /// <summary>One line for each cycle: cycle, layer (-1 while none goes on), state, position, processors, kernel word, words read and written by instance.</summary>
    /// <param name="writer">Receives the table.</param>
    /// <param name="activities">The cycles in order.</param>
    public static void WriteCsv(TextWriter writer, IEnumerable<CycleActivity> activities)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(activities);
        writer.Write("cycle,layer,state,row,column,pass,operand,element,slot,processors,kernel_word,reads,writes\n");
        foreach (CycleActivity activity in activities)
        {
            SequencerMoment at = activity.Moment;
            writer.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{activity.Cycle},{activity.Layer},{at.State},{at.Row},{at.Column},{at.Pass},{at.Operand},{at.Element},{at.Slot},0x{activity.Processors:x16},{activity.KernelWord},{Ports(activity, false)},{Ports(activity, true)}\n"));
        }
    }

    /// <summary>Value changes of all signals; one time unit is one cycle of the accelerator's clock.</summary>
    /// <param name="writer">Receives the file.</param>
    /// <param name="activities">The cycles in order, at least one.</param>
    public static void WriteVcd(TextWriter writer, IEnumerable<CycleActivity> activities)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(activities);
        Signal[] signals = [.. Signals()];
        writer.Write("$comment one time unit is one clock cycle of the accelerator; state: ");
        writer.Write(string.Join(' ', Enum.GetValues<SequencerState>().Select(state => $"{(int)state}={state}")));
        writer.Write(" $end\n$timescale 1 ns $end\n$scope module max78000_cnn $end\n");
        for (int i = 0; i < signals.Length; i++)
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"$var wire {signals[i].Bits} {Identifier(i)} {signals[i].Name} $end\n"));
        writer.Write("$upscope $end\n$enddefinitions $end\n");
        var values = new ulong?[signals.Length];
        long end = 0;
        foreach (CycleActivity activity in activities)
        {
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"#{activity.Cycle}\n"));
            for (int i = 0; i < signals.Length; i++)
            {
                ulong value = signals[i].Value(activity);
                if (values[i] == value)
                    continue;
                values[i] = value;
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"b{value:b} {Identifier(i)}\n"));
            }

            end = activity.Cycle + 1;
        }

        writer.Write(string.Create(CultureInfo.InvariantCulture, $"#{end}\n"));
    }

    private static IEnumerable<Signal> Signals()
    {
        yield return new Signal("active", 1, a => a.Layer < 0 ? 0UL : 1);
        yield return new Signal("layer", 5, a => (ulong)Math.Max(0, a.Layer));
        yield return new Signal("state", 4, a => (ulong)a.Moment.State);
        yield return new Signal("row", 12, a => (ulong)a.Moment.Row);
        yield return new Signal("column", 12, a => (ulong)a.Moment.Column);
        yield return new Signal("pass", 9, a => (ulong)a.Moment.Pass);
        yield return new Signal("operand", 4, a => (ulong)a.Moment.Operand);
        yield return new Signal("element", 8, a => (ulong)a.Moment.Element);
        yield return new Signal("slot", 10, a => (ulong)a.Moment.Slot);
        yield return new Signal("processors", 64, a => a.Processors);
        yield return new Signal("kernel_read", 1, a => a.KernelWord < 0 ? 0UL : 1);
        yield return new Signal("kernel_word", 10, a => (ulong)Math.Max(0, a.KernelWord));
        for (int instance = 0; instance < Instances; instance++)
        {
            int number = instance;
            yield return new Signal($"data{number}_read", 1, a => Access(a, number, false) is null ? 0UL : 1);
            yield return new Signal($"data{number}_write", 1, a => Access(a, number, true) is null ? 0UL : 1);
            yield return new Signal($"data{number}_address", 32, a => Access(a, number, null)?.Address ?? 0);
        }
    }

    private static DataPortAccess? Access(CycleActivity activity, int instance, bool? isWrite)
    {
        foreach (DataPortAccess access in activity.Ports)
        {
            if (access.Instance == instance && (isWrite is null || access.IsWrite == isWrite))
                return access;
        }

        return null;
    }

    private static string Ports(CycleActivity activity, bool isWrite) => string.Join(
        ' ', activity.Ports.Where(access => access.IsWrite == isWrite).Select(access => string.Create(CultureInfo.InvariantCulture, $"{access.Instance}:0x{access.Address:x8}")));

    /// <summary>Short names of printable characters, as the format asks for.</summary>
    private static string Identifier(int index) => index < 94 ? $"{(char)('!' + index)}" : $"{(char)('!' + index / 94 - 1)}{(char)('!' + index % 94)}";

    private sealed record Signal(string Name, int Bits, Func<CycleActivity, ulong> Value);
}

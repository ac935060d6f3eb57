// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.Json;

namespace Ai8x.Bench.Measuring;

/// <summary>A sample taken in a turn.</summary>
/// <param name="Sample">The sample.</param>
/// <param name="Peak">The best speed of the machine that is known by now, in GFLOP/s.</param>
internal readonly record struct Turn(TimedSample Sample, double Peak);

/// <summary>
/// Takes one sample whenever a line asks for it, so that several engines, each warm in a process of its own, can be measured within the same second: what a shared
/// machine gives changes within minutes, and often sooner.
/// </summary>
/// <param name="runner">The engine.</param>
/// <param name="warmUp">Least seconds to run a work before it is measured.</param>
/// <param name="seconds">Least seconds of a sample.</param>
/// <param name="trainingSeconds">The same of training.</param>
internal sealed class EngineTurns(EngineRunner runner, double warmUp, double seconds, double trainingSeconds)
{
    /// <summary>Line that asks for a kind of work, its name behind a space; the answer is <see cref="Ready"/> with a <see cref="MeasuredWork"/> when it is warm.</summary>
    public const string Begin = "begin";

    /// <summary>
    /// Line that asks for a sample, behind it the highest peak in GFLOP/s known for as many threads; the answer is <see cref="Took"/> with a <see cref="Turn"/>. A third word, a whole
    /// number, lets the work run for so many times the length of the sample before it, and again after it: two processes that were asked at the same moment then both work while either is timed.
    /// </summary>
    public const string Sample = "sample";

    /// <summary>Begins the answer to <see cref="Begin"/>.</summary>
    public const string Ready = "ready ";

    /// <summary>Begins the answer to <see cref="Sample"/>.</summary>
    public const string Took = "took ";

    private Action _unit = () => throw new ArgumentException($"a sample was asked for before \"{Begin}\"");
    private double _once;
    private double _least;

    /// <summary>Answers lines until there are no more.</summary>
    /// <exception cref="ArgumentException">A line is neither of the two.</exception>
    public void Answer(TextReader requests, TextWriter answers)
    {
        while (requests.ReadLine() is string request)
        {
            string[] words = request.Split(' ');
            answers.WriteLine(words switch
            {
                [Begin, string work] => Ready + JsonSerializer.Serialize(Start(work)),
                [Sample, string peak] when double.TryParse(peak, CultureInfo.InvariantCulture, out double known) => Took + JsonSerializer.Serialize(Take(known, margin: 0)),
                [Sample, string peak, string lengths] when double.TryParse(peak, CultureInfo.InvariantCulture, out double known) && int.TryParse(lengths, CultureInfo.InvariantCulture, out int margin) && margin >= 0 =>
                    Took + JsonSerializer.Serialize(Take(known, margin)),
                _ => throw new ArgumentException($"expected \"{Begin} WORK\" or \"{Sample} PEAK [MARGIN]\", found \"{request}\""),
            });
            answers.Flush();
        }
    }

    private MeasuredWork Start(string work)
    {
        (MeasuredWork what, _unit) = runner.Begin(work);
        _once = double.MaxValue;
        _least = work == EngineRunner.Train ? trainingSeconds : seconds;
        // Whole turns, so that nothing around a sample is compiled while another one is taken.
        QuietTimer.WarmUp(Rehearse, warmUp, EngineRunner.Rest);
        return what;
    }

    private void Rehearse()
    {
        Turn turn = Take(1, before: 0, after: 0);
        _once = Math.Min(_once, turn.Sample.Seconds);
        JsonSerializer.Serialize(turn);
    }

    private Turn Take(double peak, int margin)
    {
        runner.Speed.Know(peak);
        int repeats = QuietTimer.Repeats(_once, _least);
        // The others had the caches meanwhile, and a virtual machine's host what it knows of the process's pages: with each thread there are more of them to find again, so that two threads would be timed while they are colder than one.
        return Take(repeats, before: Math.Max(1, margin) * repeats, after: margin * repeats);
    }

    private Turn Take(int repeats, int before, int after)
    {
        double speedBefore = runner.Speed.Now();
        for (int i = 0; i < before; i++) _unit();
        (double once, double foreign) = QuietTimer.Sample(_unit, repeats);
        for (int i = 0; i < after; i++) _unit();
        double speedAfter = runner.Speed.Now();
        return new Turn(new TimedSample(once, foreign, Math.Min(speedBefore, speedAfter)), runner.Speed.Best);
    }
}

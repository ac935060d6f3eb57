// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Tests;

/// <summary>The switch of the slow run, no test itself: with AI8X_SLOW=1 tests take their full counts, otherwise a seeded share.</summary>
internal static class SlowRun
{
    public static bool Enabled { get; } = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1";
}

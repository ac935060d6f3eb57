// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Tests;

/// <summary>Large counts run with AI8X_SLOW=1; otherwise tests take a seeded share.</summary>
internal static class SlowTests
{
    public static bool Enabled { get; } = Environment.GetEnvironmentVariable("AI8X_SLOW") == "1";
}

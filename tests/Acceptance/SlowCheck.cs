// SPDX-License-Identifier: MIT
namespace Ai8x.Acceptance;

/// <summary>
/// Checks that take minutes run only when asked for: <c>AI8X_SLOW=1 dotnet test -c Release --project tests/Acceptance</c>.
/// </summary>
internal static class SlowCheck
{
    public static bool Wanted => Environment.GetEnvironmentVariable("AI8X_SLOW") == "1";

    public static void Require() => Assert.SkipUnless(Wanted, "Takes minutes; set AI8X_SLOW=1 to run it.");
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Cli;

/// <summary>What the process says to the shell.</summary>
internal static class ExitCode
{
    /// <summary>Everything held.</summary>
    public const int Ok = 0;

    /// <summary>A check failed: two witnesses disagree.</summary>
    public const int Mismatch = 1;

    /// <summary>Bad input or usage.</summary>
    public const int BadInput = 2;

    /// <summary>The user cancelled the run.</summary>
    public const int Cancelled = 130;
}

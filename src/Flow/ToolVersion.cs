// SPDX-License-Identifier: MIT
using System.Reflection;

namespace Ai8x.Flow;

/// <summary>The version that generated files name: the semantic version alone, without commit or date, so that equal input gives equal bytes.</summary>
internal static class ToolVersion
{
    public static string Text { get; } = typeof(ToolVersion).Assembly.GetName().Version is { } version
        ? version.ToString(3)
        : throw new InvalidOperationException("The assembly has no version.");
}

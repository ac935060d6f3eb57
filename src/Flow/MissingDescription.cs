// SPDX-License-Identifier: MIT
namespace Ai8x.Flow;

/// <summary>The error for a command that needs a network description and got none.</summary>
internal static class MissingDescription
{
    public static FlowException For(string command) => new(
        $"{command} needs --config-file with a network description: which processors and memory each layer uses is not chosen automatically. See the folder networks/ for descriptions of the known models.");
}

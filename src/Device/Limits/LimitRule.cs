// SPDX-License-Identifier: MIT
namespace Ai8x.Device.Limits;

/// <summary>
/// One limit of the device: the sentence is at once the error, the line in <c>docs/limits.md</c> and, through its id, the name of
/// its test.
/// </summary>
/// <param name="Id">Stable kebab-case identity, for example <c>kernel-memory</c>.</param>
/// <param name="Sentence">The rule with its numbers filled in, one full sentence.</param>
/// <param name="Source">Section of the specification that states it.</param>
public sealed record LimitRule(string Id, string Sentence, string Source);

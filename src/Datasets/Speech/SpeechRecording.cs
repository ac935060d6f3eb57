// SPDX-License-Identifier: MIT
using Ai8x.Datasets.Processed;

namespace Ai8x.Datasets.Speech;

/// <summary>Where a recording goes.</summary>
/// <param name="Index">Its number in the data set, sorted by word and file name.</param>
/// <param name="Part">Its part.</param>
/// <param name="Place">Place of its first sample in the part; changed copies follow.</param>
/// <param name="Label">Its class.</param>
internal sealed record SpeechRecording(int Index, SplitPart Part, int Place, int Label);

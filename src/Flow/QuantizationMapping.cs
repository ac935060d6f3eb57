// SPDX-License-Identifier: MIT
using Ai8x.Quant;

namespace Ai8x.Flow;

/// <summary>The user's choices in the words of the quantizer.</summary>
internal static class QuantizationMapping
{
    public static QuantizationOptions ToOptions(this QuantizationChoices choices) => new()
    {
        Scale = choices.Scale,
        InputScale = choices.InputScale,
        KeepFirst = choices.KeepFirst,
        RoundAveragePooling = choices.RoundAveragePooling,
        ReshapeInputs = choices.ReshapeInputs,
    };
}

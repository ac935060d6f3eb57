// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Device.Limits;
using Ai8x.Optim;

namespace Ai8x.Flow;

/// <summary>Bad input or an impossible request that the flow itself found: one clear sentence for the user.</summary>
public sealed class FlowException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What, where, the rule, the actual value, what to do.</param>
    public FlowException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its cause.</summary>
    /// <param name="message">What, where, the rule, the actual value, what to do.</param>
    /// <param name="cause">What was found underneath.</param>
    public FlowException(string message, Exception cause)
        : base(message, cause)
    {
    }
}

/// <summary>Tells failures that the user can mend from defects of the program.</summary>
public static class FlowFailure
{
    /// <summary>The sentence for the user, or null where the failure is a defect of the program and should surface as such.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <returns>One message without stack trace, or null.</returns>
    public static string? Describe(Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"{failure.Message} Check the path.",
        FlowException or LimitException or TrainingDivergedException or NonFiniteException or FormatException or InvalidDataException or IOException or UnauthorizedAccessException => failure.Message,
        HttpRequestException => $"{failure.Message} The data set could not be downloaded; give its folder with --data-dir.",
        AggregateException { InnerExceptions: [var only] } => Describe(only),
        _ => null,
    };
}

// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets;

/// <summary>Which data plays which role besides training (training-flow.md section 2, step 3).</summary>
public enum SplitRoles
{
    /// <summary>The hold-out of the official training part validates, the official test part tests.</summary>
    Named,

    /// <summary>
    /// The other way round, as behind the published accuracies: the official test part validates, the hold-out is what the reported
    /// test runs on.
    /// </summary>
    Seed,
}

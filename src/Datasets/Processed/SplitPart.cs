// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets.Processed;

/// <summary>The parts of a data set under the names that the data set gives them, before roles are exchanged.</summary>
internal enum SplitPart
{
    Train,
    Valid,
    Test,
}

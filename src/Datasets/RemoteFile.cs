// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets;

/// <summary>A file on the network and how to know it.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="FileName">Name while it is received, and afterwards unless the check gives another one.</param>
/// <param name="Check">What it must be.</param>
internal sealed record RemoteFile(Uri Address, string FileName, ContentCheck Check);

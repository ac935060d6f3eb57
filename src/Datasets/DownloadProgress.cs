// SPDX-License-Identifier: MIT
namespace Ai8x.Datasets;

/// <summary>How far the download of one file is.</summary>
/// <param name="Address">The file on the network.</param>
/// <param name="ReceivedBytes">Bytes received so far, never falling within one file.</param>
/// <param name="TotalBytes">Bytes of the whole file as stored, or null where the server does not say.</param>
public sealed record DownloadProgress(Uri Address, long ReceivedBytes, long? TotalBytes);

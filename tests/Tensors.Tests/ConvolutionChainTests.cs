// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Tests;

/// <summary>Chains behind a convolution in inference.</summary>
public sealed class ConvolutionChainTests() : ConvolutionChains(training: false);

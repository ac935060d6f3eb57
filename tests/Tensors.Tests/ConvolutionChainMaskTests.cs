// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Tests;

/// <summary>Chains behind a convolution in training.</summary>
public sealed class ConvolutionChainMaskTests() : ConvolutionChains(training: true);

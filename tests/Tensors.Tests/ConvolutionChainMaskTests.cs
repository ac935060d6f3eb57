// SPDX-License-Identifier: MIT
namespace Ai8x.Tensors.Tests;

/// <summary>Chains behind a convolution in training, with masks; the tests and what they assert are those of <see cref="ConvolutionChains"/>.</summary>
public sealed class ConvolutionChainMaskTests() : ConvolutionChains(training: true);

// SPDX-License-Identifier: MIT
using Ai8x.Autograd;
using Ai8x.Tensors;

namespace Ai8x.Bench;

/// <summary>Adam over all parameters of a tape, as small as a timing needs it.</summary>
internal sealed class BenchAdam(Tape tape, ComputeContext context)
{
    private const float Rate = 0.001f;
    private readonly (float[] M, float[] V)[] _moments = [.. tape.Parameters.Select(parameter => (new float[parameter.Count], new float[parameter.Count]))];

    public void Step()
    {
        for (int i = 0; i < _moments.Length; i++)
        {
            Parameter parameter = tape.Parameters[i];
            OptimizerKernels.Adam(parameter.Value, parameter.Gradient, _moments[i].M, _moments[i].V, Rate, 0.9f, 0.999f, 1e-7f, context);
        }
    }
}

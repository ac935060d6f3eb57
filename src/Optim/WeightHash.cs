// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Security.Cryptography;
using Ai8x.Autograd;

namespace Ai8x.Optim;

/// <summary>One number for all weights: two runs with the same hash learned the same bits.</summary>
public static class WeightHash
{
    /// <summary>SHA-256 over the float32 bits of all parameters, in order, row-major, little endian.</summary>
    /// <param name="parameters">The parameters of a model.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Of(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Parameter parameter in parameters)
        {
            byte[] bytes = new byte[checked(parameter.Count * sizeof(float))];
            ReadOnlySpan<float> values = parameter.Value;
            for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

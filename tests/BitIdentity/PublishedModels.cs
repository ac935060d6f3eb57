// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ai8x.Autograd;
using Ai8x.Layers;
using Ai8x.Models;
using Ai8x.Optim;
using Ai8x.Tensors;

namespace Ai8x.BitIdentity;

/// <summary>
/// Trains each published model, with its dropout and penalties, those of speech on augmented recordings, and hashes everything that training leaves behind.
/// </summary>
internal static class PublishedModels
{
    private const ulong Seed = 7;
    private const float Divisor = 128;

    /// <summary>Prints a line for the augmented recordings and one for each model: its name and the SHA-256 of weights, optimizer state and logits, alone and in a batch.</summary>
    /// <param name="steps">Training steps; the last has a smaller batch, as at the end of an epoch.</param>
    /// <param name="batchSize">Images of the other steps, at least 3.</param>
    /// <param name="threads">Threads.</param>
    public static void Print(int steps, int batchSize, int threads)
    {
        using var context = new ComputeContext(threads);
        MadeUpSpeech speech = MadeUpSpeech.Load();
        Console.WriteLine($"published augmentation {speech.Hash}");
        foreach (ModelDefinition definition in ModelCatalog.All) Console.WriteLine($"published {definition.Name} {Hash(definition, steps, batchSize, speech, context)}");
    }

    private static string Hash(ModelDefinition definition, int steps, int batchSize, MadeUpSpeech speech, ComputeContext context)
    {
        Model model = definition.Create().Build(Seed);
        using var plan = new ExecutionPlan(model.Tape, model.Output, batchSize, context, training: true);
        var optimizer = new Adam(model.Parameters, context);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int step = 0; step < steps; step++)
        {
            int count = step == steps - 1 ? batchSize - 2 : batchSize;
            BatchResult result = plan.ForwardBackward(Samples(count, step), Divisor, Seed, step);
            hash.AppendData(BitConverter.GetBytes(result.LossSum));
            hash.AppendData(BitConverter.GetBytes(result.PenaltySum));
            optimizer.Update(0.001);
        }

        foreach (Parameter parameter in model.Parameters) hash.AppendData(MemoryMarshal.AsBytes(parameter.Value));
        OptimizerState state = optimizer.State;
        foreach (double scalar in state.Scalars) hash.AppendData(BitConverter.GetBytes(scalar));
        foreach (ReadOnlyMemory<float> slot in state.Slots) hash.AppendData(MemoryMarshal.AsBytes(slot.Span));
        using var inference = new ExecutionPlan(model.Tape, model.Output, batchSize, context, training: false);
        Batch images = Samples(batchSize, steps);
        foreach (int count in new[] { batchSize, 1 })
        {
            var logits = new float[count * plan.Classes];
            inference.Forward(new Batch { Count = count, Samples = images.Samples, Labels = images.Labels, SampleIndices = images.SampleIndices }, Divisor, logits);
            hash.AppendData(MemoryMarshal.AsBytes<float>(logits));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        Batch Samples(int count, int step) => model.InputShape == speech.Shape ? speech.Batch(count, step, plan.Classes) : MadeUpImages.Batch(model.InputShape, count, step, plan.Classes);
    }
}

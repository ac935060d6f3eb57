// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Ai8x.Models;

/// <summary>The models by name.</summary>
public static class ModelCatalog
{
    /// <summary>The six published models, in alphabetical order of their names.</summary>
    public static ImmutableArray<ModelDefinition> Published { get; } =
    [
        Cifar10Model.Definition, Cifar100Model.Definition, FashionMnistModel.Definition, Kws20Model.Definition, MnistModel.Definition, RockModel.Definition,
    ];

    /// <summary>All models: the published ones, then our own.</summary>
    public static ImmutableArray<ModelDefinition> All { get; } = [.. Published, SpeechDigitsModel.Definition];

    /// <summary>Finds a model.</summary>
    /// <param name="name">Name as on the command line, for example <c>mnist_model</c>.</param>
    /// <returns>The model.</returns>
    /// <exception cref="UnknownModelException">There is no such model; the message lists all names.</exception>
    public static ModelDefinition Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(model => model.Name == name)
            ?? throw new UnknownModelException(name, [.. All.Select(model => model.Name)]);
    }
}

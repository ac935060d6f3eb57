// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>The variables of a running function. Blocks share them: generated code does not reuse names for different things.</summary>
internal sealed class CFrame
{
    private readonly Dictionary<string, CVariable> _variables = new(StringComparer.Ordinal);

    /// <summary>What the function returns.</summary>
    public CValue Result { get; set; } = CValue.Void;

    public CVariable? Find(string name) => _variables.GetValueOrDefault(name);

    public void Define(CVariable variable, string name, CPosition at)
    {
        if (name.Length == 0)
            throw at.Error("the parameter has no name");
        _variables[name] = variable;
    }
}

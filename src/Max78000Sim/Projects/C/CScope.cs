// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>The names that are visible at a place, and the variables of the function that is being read.</summary>
internal sealed class CScope(CScope? outer)
{
    private readonly Dictionary<string, object> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CType> _structures = new(StringComparer.Ordinal);

    public CScope? Outer => outer;

    /// <summary>A type, a <see cref="CGlobal"/>, a <see cref="CFunction"/>, a <see cref="CLocal"/> or an enumeration's number (long); null if unknown.</summary>
    public object? Find(string name)
    {
        for (CScope? scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._names.TryGetValue(name, out object? found))
                return found;
        }

        return null;
    }

    public object? Own(string name) => _names.GetValueOrDefault(name);

    public void Set(string name, object meaning) => _names[name] = meaning;

    /// <summary>The structure with a tag, made if it is new.</summary>
    public CType Structure(string tag, bool defines)
    {
        for (CScope? scope = this; scope is not null && !defines; scope = scope.Outer)
        {
            if (scope._structures.TryGetValue(tag, out CType? found))
                return found;
        }

        if (_structures.TryGetValue(tag, out CType? own) && own.Size == 0)
            return own;
        return _structures[tag] = CType.Structure();
    }
}

/// <summary>A variable of a function.</summary>
internal sealed record CLocal(CType Type, int Offset);

// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>The functions and variables of a project's source files.</summary>
internal sealed class CProgram
{
    /// <summary>Steps of work that any program may take, and further ones for each token of its text.</summary>
    private const long BaseSteps = 24 << 20;
    private const long StepsPerToken = 400;

    /// <summary>Limit on the work of one initial value.</summary>
    public const long InitializerSteps = 8 << 20;

    private const long FirstFunction = 0x10000000;

    /// <summary>Further source files that are looked at.</summary>
    private const int MaximumFiles = 16;

    private readonly List<CFunction> _addresses = [];
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, object> _linkage = new(StringComparer.Ordinal);

    private readonly Dictionary<string, object> _private = new(StringComparer.Ordinal);

    private CProgram(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>The variables with their first values.</summary>
    public CMemory Memory { get; } = new();

    /// <summary>Comments of <c>cnn.c</c>, or of <c>main.c</c> where all code is in one file.</summary>
    public List<(string Text, int Line)> Comments { get; private set; } = [];

    /// <summary>Limit on the work of one run.</summary>
    public long MaximumSteps { get; private set; } = BaseSteps;

    /// <summary>Reads all source files of a project.</summary>
    public static CProgram Load(string folder, long? maximumSteps)
    {
        var program = new CProgram(folder);
        bool riscv = File.Exists(Path.Combine(folder, CProjectReader.RiscvMainFile));
        string main = riscv ? CProjectReader.RiscvMainFile : CProjectReader.MainFile;
        if (!File.Exists(Path.Combine(folder, main)))
            throw new ProjectFormatException(main, 0, $"the file is missing in {folder}");
        foreach (string file in new[] { CProjectReader.NetworkFile, main, "softmax.c" })
        {
            if (File.Exists(Path.Combine(folder, file)))
                program.Add(file);
        }

        program.AddMissing();
        if (maximumSteps is long limit)
            program.MaximumSteps = limit;
        return program;
    }

    private void Add(string file)
    {
        var preprocessor = new CPreprocessor(Folder);
        List<CToken> tokens = preprocessor.Run(file);
        MaximumSteps += StepsPerToken * tokens.Count;
        if (Comments.Count == 0)
            Comments = preprocessor.Comments;
        _files.Add(file);
        new CParser(this, tokens).Unit();
    }

    /// <summary>Adds further source files of the folder that speak of something that is used and not defined so far: arrays, for example, that stand in a file of their own.</summary>
    private void AddMissing()
    {
        List<string> others =
            [.. Directory.EnumerateFiles(Folder, "*.c").Select(p => Path.GetFileName(p)).Where(f => f != CProjectReader.MainFile && !_files.Contains(f)).Order(StringComparer.Ordinal).Take(MaximumFiles)];
        while (Undefined() is { Count: > 0 } names && others.Find(f => names.Exists(TextFile.Read(Folder, f).Contains)) is string file)
        {
            others.Remove(file);
            Add(file);
        }
    }

    /// <summary>Names that are used, declared for all files and defined in none.</summary>
    private List<string> Undefined() =>
        [.. _linkage.Where(l => l.Value is CFunction { Body: null, IsUsed: true } or CGlobal { IsDefined: false, IsUsed: true } && !SystemCalls.IsKnown(l.Key)).Select(l => l.Key)];

    /// <summary>A function with a body, or null; one that all files see comes before one of a single file.</summary>
    public CFunction? FindFunction(string name) =>
        _linkage.GetValueOrDefault(name) is CFunction { Body: not null } common ? common : _private.GetValueOrDefault(name) as CFunction;

    /// <summary>A variable that is defined, or null.</summary>
    public CGlobal? FindVariable(string name) =>
        _linkage.GetValueOrDefault(name) is CGlobal { IsDefined: true } common ? common : _private.GetValueOrDefault(name) as CGlobal;

    /// <summary>The number that stands for a function where its address is taken.</summary>
    public long AddressOf(CFunction function)
    {
        int index = _addresses.IndexOf(function);
        if (index < 0)
        {
            index = _addresses.Count;
            _addresses.Add(function);
        }

        return FirstFunction + 4 * index;
    }

    /// <summary>The function at such an address, or null.</summary>
    public CFunction? FunctionAt(long address)
    {
        long index = (address - FirstFunction) / 4;
        return address >= FirstFunction && index < _addresses.Count ? _addresses[(int)index] : null;
    }

    /// <summary>Keeps what only one file sees; the first of a name counts.</summary>
    public void KeepPrivate(string name, object meaning) => _private.TryAdd(name, meaning);

    /// <summary>The function or variable that a name means in all files.</summary>
    public T Linked<T>(string name, Func<T> make, CPosition at)
        where T : class
    {
        if (!_linkage.TryGetValue(name, out object? found))
            _linkage[name] = found = make();
        return found as T ?? throw at.Error($"the name {name} is a function in one place and a variable in another");
    }
}

// SPDX-License-Identifier: MIT
using Ai8x.Onnx.Schema;

namespace Ai8x.Onnx.Legalisation;

/// <summary>The nodes of a model in execution order, with who reads what, so that nodes can be moved and put in before they are read as layers.</summary>
internal sealed class NodeGraph
{
    private readonly LinkedList<NodeProto> _nodes = new();
    private readonly Dictionary<string, List<LinkedListNode<NodeProto>>> _readers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LinkedListNode<NodeProto>> _writers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _outputs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorProto> _constants = new(StringComparer.Ordinal);

    public NodeGraph(GraphProto graph)
    {
        foreach (TensorProto constant in graph.Initializer) _constants.TryAdd(constant.Name, constant);
        foreach (ValueInfoProto output in graph.Output) _outputs.Add(output.Name);
        foreach (NodeProto node in graph.Node) Register(_nodes.AddLast(node));
    }

    /// <summary>The nodes in order.</summary>
    public IEnumerable<NodeProto> Nodes => _nodes;

    /// <summary>Changes of nodes: name of the node, what was done, and why.</summary>
    public List<(string Node, string What, string Why)> Rewrites { get; } = [];

    /// <summary>The places of the nodes with one of some operators, as they are now; nodes may be moved while the places are walked.</summary>
    public IReadOnlyList<LinkedListNode<NodeProto>> Places(params ReadOnlySpan<string> operators)
    {
        var places = new List<LinkedListNode<NodeProto>>();
        for (LinkedListNode<NodeProto>? place = _nodes.First; place is not null; place = place.Next)
        {
            if (operators.Contains(place.Value.OpType) && place.Value.Output.Count > 0 && (place.Value.Input.Count > 0 || place.Value.OpType == "Constant")) places.Add(place);
        }

        return places;
    }

    /// <summary>An initializer or the value of a constant, or null.</summary>
    public TensorProto? Constant(string name) => _constants.GetValueOrDefault(name);

    /// <summary>The node that writes a tensor, or null for inputs and constants.</summary>
    public LinkedListNode<NodeProto>? Writer(string tensor) => _writers.GetValueOrDefault(tensor);

    /// <summary>The node that alone reads a tensor, or null where several do, none does, or the tensor is a result of the model.</summary>
    public LinkedListNode<NodeProto>? SoleReader(string tensor) =>
        !_outputs.Contains(tensor) && _readers.TryGetValue(tensor, out List<LinkedListNode<NodeProto>>? readers) && readers.Count == 1 ? readers[0] : null;

    /// <summary>How often a tensor is read; being a result of the model counts once.</summary>
    public int ReadCount(string tensor) => (_readers.TryGetValue(tensor, out List<LinkedListNode<NodeProto>>? readers) ? readers.Count : 0) + (_outputs.Contains(tensor) ? 1 : 0);

    /// <summary>The operators of the nodes that read a tensor.</summary>
    public IEnumerable<NodeProto> Readers(string tensor) => _readers.TryGetValue(tensor, out List<LinkedListNode<NodeProto>>? readers) ? readers.Select(place => place.Value) : [];

    /// <summary>Puts a node between another and what it reads first.</summary>
    public void InsertBefore(LinkedListNode<NodeProto> at, NodeProto node)
    {
        string between = Fresh(at.Value.Input[0]);
        Unread(at.Value.Input[0], at);
        node.Input.Insert(0, at.Value.Input[0]);
        node.Output.Insert(0, between);
        at.Value.Input[0] = between;
        Read(between, at);
        Register(_nodes.AddBefore(at, node));
    }

    /// <summary>Puts a node behind another; it writes what the other wrote.</summary>
    public void InsertAfter(LinkedListNode<NodeProto> at, NodeProto node)
    {
        string between = Fresh(at.Value.Output[0]);
        node.Output.Insert(0, at.Value.Output[0]);
        node.Input.Insert(0, between);
        at.Value.Output[0] = between;
        _writers[between] = at;
        Register(_nodes.AddAfter(at, node));
    }

    /// <summary>Takes a node out; whoever read its result reads what it read first.</summary>
    public void Remove(LinkedListNode<NodeProto> at)
    {
        (string source, string result) = (at.Value.Input[0], at.Value.Output[0]);
        foreach (string input in at.Value.Input) Unread(input, at);
        _writers.Remove(result);
        foreach (LinkedListNode<NodeProto> reader in _readers.TryGetValue(result, out List<LinkedListNode<NodeProto>>? readers) ? readers : [])
        {
            for (int i = 0; i < reader.Value.Input.Count; i++)
            {
                if (reader.Value.Input[i] == result) reader.Value.Input[i] = source;
            }

            Read(source, reader);
        }

        _readers.Remove(result);
        _nodes.Remove(at);
    }

    /// <summary>Moves the only reader of a node's result in front of the node.</summary>
    public void Swap(LinkedListNode<NodeProto> first, LinkedListNode<NodeProto> reader)
    {
        (string source, string between, string result) = (first.Value.Input[0], first.Value.Output[0], reader.Value.Output[0]);
        int input = reader.Value.Input.IndexOf(between);
        reader.Value.Input[input] = source;
        reader.Value.Output[0] = between;
        first.Value.Input[0] = between;
        first.Value.Output[0] = result;
        Unread(source, first);
        Unread(between, reader);
        Read(source, reader);
        Read(between, first);
        _writers[between] = reader;
        _writers[result] = first;
        _nodes.Remove(reader);
        _nodes.AddBefore(first, reader);
    }

    /// <summary>Takes a node that holds a constant out and makes its value known like an initializer.</summary>
    public void Define(LinkedListNode<NodeProto> at, TensorProto constant)
    {
        _constants.TryAdd(constant.Name, constant);
        _writers.Remove(constant.Name);
        _nodes.Remove(at);
    }

    private void Register(LinkedListNode<NodeProto> place)
    {
        foreach (string input in place.Value.Input) Read(input, place);
        foreach (string output in place.Value.Output)
        {
            _names.Add(output);
            _writers[output] = place;
        }
    }

    private void Read(string tensor, LinkedListNode<NodeProto> reader)
    {
        if (tensor.Length == 0) return;
        if (!_readers.TryGetValue(tensor, out List<LinkedListNode<NodeProto>>? readers)) _readers.Add(tensor, readers = []);
        readers.Add(reader);
    }

    private void Unread(string tensor, LinkedListNode<NodeProto> reader)
    {
        if (_readers.TryGetValue(tensor, out List<LinkedListNode<NodeProto>>? readers)) readers.Remove(reader);
    }

    private string Fresh(string name)
    {
        for (int number = 1; ; number++)
        {
            string fresh = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}/legal{number}");
            if (!_constants.ContainsKey(fresh) && _names.Add(fresh)) return fresh;
        }
    }
}

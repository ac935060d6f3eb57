// SPDX-License-Identifier: MIT
namespace Ai8x.Max78000Sim.Projects.C;

/// <summary>
/// Looks through the functions that are not executed: <c>main</c> calls the others in the fixed order, every called function is known, and none of them
/// reaches the accelerator by itself.
/// </summary>
internal sealed class CallRules(CProgram program)
{
    /// <summary>Functions of the project that may reach the accelerator.</summary>
    private static readonly HashSet<string> Device = new(StringComparer.Ordinal)
    {
        "CNN_ISR", "cnn_enable", "cnn_init", "cnn_load_weights", "cnn_load_bias", "cnn_configure", "load_input", "cnn_start", "cnn_stop", "cnn_continue",
        "check_output", "cnn_unload", "memcpy32", "memcpy_8to32",
    };

    /// <summary>Checks all functions.</summary>
    public void Check()
    {
        foreach (CFunction function in program.Functions.Values)
        {
            foreach (CExpression expression in CWalk.Expressions(function.Body))
            {
                if (expression is CCall call && call.Function != "memset" && !program.Functions.ContainsKey(call.Function) && !SdkNames.IsCall(call.Function))
                    throw call.At.Error($"the function '{call.Function}' is not known");
                if (!Device.Contains(function.Name) && MakesAddress(function, expression))
                    throw expression.At.Error($"{function.Name} reaches the accelerator by itself; only the functions of the API do");
            }
        }

        if (program.Functions.TryGetValue("main", out CFunction? main))
            CheckOrder(main);
    }

    /// <summary>A cast that makes a pointer of anything but an array or zero.</summary>
    private bool MakesAddress(CFunction function, CExpression expression)
    {
        if (expression is not CCast { Type: { Kind: CTypeKind.Pointer, Target.Kind: CTypeKind.Integer } } cast || cast.Operand is CNumber { Value: 0 })
            return false;
        return cast.Operand is not CName name
            || !((program.Globals.TryGetValue(name.Name, out CVariable? variable) && variable.Array is not null) || CWalk.DeclaresArray(function.Body, name.Name));
    }

    private static void CheckOrder(CFunction main)
    {
        int next = 0;
        foreach (CCall call in CWalk.Expressions(main.Body).OfType<CCall>())
        {
            int place = LoadedProject.CallOrder.IndexOf(call.Function);
            if (place < 0)
            {
                if (call.Function is "cnn_stop" or "cnn_continue" or "CNN_ISR" or "memcpy32" or "memcpy_8to32" or "memset")
                    throw call.At.Error($"a call of {call.Function} in main is not understood");
                continue;
            }

            if (place < next)
                throw call.At.Error($"main calls {call.Function} out of order; the order is {string.Join(", ", LoadedProject.CallOrder)}");
            next = place + 1;
        }

        foreach (string name in (string[])["cnn_init", "cnn_load_weights", "cnn_configure", "load_input", "cnn_start"])
        {
            if (!CWalk.Expressions(main.Body).OfType<CCall>().Any(c => c.Function == name))
                throw main.At.Error($"main does not call {name}");
        }
    }
}
